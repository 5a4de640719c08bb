import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { note } from '../../platform/content/note.js';
import { type ConvertedDocument, convertParts } from './converted-document.js';
import { parseDocument } from './document.js';
import { KnownNodes } from './lexical-nodes.js';

/** The part of Lexical's editor that a conversion requires. */
interface Editor {
  parseEditorState(document: unknown): unknown;
  setEditorState(state: unknown): void;
  update(work: () => void, options: { discrete: true }): void;
}

interface LexicalRenderer {
  createHeadlessEditor: (config: { nodes: unknown[]; onError: (error: Error) => void }) => Editor;
  nodes: unknown[];
  dom: unknown;
  convert: (editor: Editor, options: object) => string;
}

let loaded: LexicalRenderer | undefined;

/**
 * The parts of Ghost's renderer. Its own `render` converts in a promise that nothing awaits, so that one invalid
 * card would end the process. The same conversion reports its faults here. The cards must come from the copy that
 * the renderer uses. They are loaded with `require`, because the ES modules do not load in Node, and only on
 * demand, because they load jsdom.
 */
function load(): LexicalRenderer {
  const main = createRequire(import.meta.url).resolve('@tryghost/kg-lexical-html-renderer');
  const own = createRequire(main);
  const from = <T>(name: string) => own(name) as T;
  const { HeadingNode, QuoteNode } = from<Record<string, unknown>>('@lexical/rich-text');
  const { ListNode, ListItemNode } = from<Record<string, unknown>>('@lexical/list');
  const { AutoLinkNode, LinkNode } = from<Record<string, unknown>>('@lexical/link');
  const { DEFAULT_NODES } = from<{ DEFAULT_NODES: unknown[] }>('@tryghost/kg-default-nodes');
  const { JSDOM } = from<{ JSDOM: new () => unknown }>('jsdom');
  return {
    createHeadlessEditor:
      from<Pick<LexicalRenderer, 'createHeadlessEditor'>>('@lexical/headless').createHeadlessEditor,
    nodes: [HeadingNode, ListNode, ListItemNode, QuoteNode, LinkNode, AutoLinkNode, ...DEFAULT_NODES],
    dom: new JSDOM(),
    convert: from<{ default: LexicalRenderer['convert'] }>(join(dirname(main), 'convert-to-html-string.js'))
      .default,
  };
}

/** The Ghost cards for HTML and code write their content unchanged. */
const RAW: ReadonlySet<unknown> = new Set(['html', 'codeblock']);

/**
 * Renders a Lexical document (Ghost 5 and later), with a note for each part that is unknown or faulty.
 * @throws Error if the text is not such a document
 */
export function renderLexical(text: string): ConvertedDocument {
  const document = parseDocument(text, (value) => 'type' in value && RAW.has(value.type));
  loaded ??= load();
  const renderer = loaded;
  const notes: string[] = [];
  const parts = new KnownNodes(renderer.nodes, notes).ofRoot(childrenOf(document));
  const options = { target: 'html', dom: renderer.dom, renderData: new Map(), usedIdAttributes: {} };
  const html = convertParts(
    parts,
    (some) => render(some, renderer, options),
    (part, why) =>
      notes.push(note`the part ${String(part['type'])} of its document was not imported: ${why}`),
  );
  return { html, notes };
}

function childrenOf(document: unknown): unknown[] {
  const { root } = (document ?? {}) as { root?: { children?: unknown } };
  if (!Array.isArray(root?.children)) throw new Error('it has no root with children');
  return root.children as unknown[];
}

/** Lexical only reports some faults; here all of them throw. */
function render(children: unknown[], renderer: LexicalRenderer, options: object): string {
  if (children.length === 0) return ''; // Lexical rejects a document without content.
  const faults: Error[] = [];
  const editor = renderer.createHeadlessEditor({
    nodes: renderer.nodes,
    onError: (error) => faults.push(error),
  });
  const root = { type: 'root', version: 1, direction: null, format: '', indent: 0, children };
  editor.setEditorState(editor.parseEditorState({ root }));
  let html = '';
  editor.update(() => void (html = renderer.convert(editor, options)), { discrete: true });
  if (faults[0]) throw faults[0];
  return html;
}
