import { note } from '../../platform/content/note.js';

type Node = Record<string, unknown>;

/** The types that Lexical itself defines. */
const BUILT_IN = ['root', 'text', 'paragraph', 'linebreak', 'tab'];

/** Types that can only stand within a block. */
const INLINE: ReadonlySet<unknown> = new Set(['linebreak', 'tab', 'link', 'autolink', 'at-link', 'zwnj']);

/**
 * Replaces nodes of unknown types by their text, because Lexical would reject the whole document. Adds a note for
 * each one.
 */
export class KnownNodes {
  private readonly types: ReadonlySet<unknown>;

  /** @param classes the classes of nodes, and objects that replace one class with another */
  constructor(
    classes: unknown[],
    private readonly notes: string[],
  ) {
    this.types = new Set([...BUILT_IN, ...classes.flatMap(typesOf)]);
  }

  /** Returns nodes that can be children of the root. */
  ofRoot(children: unknown[]): Node[] {
    return children.flatMap((child) => {
      const nodes = this.known(child);
      return nodes.some(isInline) ? [paragraph(nodes)] : nodes;
    });
  }

  private known(node: unknown): Node[] {
    if (!isNode(node)) return [];
    const children = Array.isArray(node['children'])
      ? (node['children'] as unknown[]).flatMap((child) => this.known(child))
      : undefined;
    if (this.types.has(node['type'])) return [children ? { ...node, children } : node];
    const rest = children ?? (typeof node['text'] === 'string' ? [textNode(node['text'])] : []);
    const type = String(node['type']);
    this.notes.push(
      rest.length > 0
        ? note`the part ${type} of its document is not known; only its text was imported`
        : note`the part ${type} of its document is not known and was not imported`,
    );
    return rest;
  }
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isInline = (node: Node) => 'text' in node || INLINE.has(node['type']);

const typesOf = (one: unknown): string[] =>
  typeof one === 'function' && 'getType' in one ? [(one.getType as () => string)()] : [];

const paragraph = (children: Node[]): Node => ({
  ...{ type: 'paragraph', version: 1, direction: null, format: '', indent: 0 },
  children,
});

const textNode = (text: string): Node => ({
  ...{ type: 'text', version: 1, detail: 0, format: 0, mode: 'normal', style: '' },
  text,
});
