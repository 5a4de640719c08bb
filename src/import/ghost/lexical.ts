import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { parseDocument } from './document.js';
import { ConvertedDocument } from './converted-document.js';

/** As much of Lexical's editor as a conversion needs. */
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
 * The parts of Ghost's renderer. Its own `render` converts within a promise that nobody holds, so that one odd
 * card would end the process; here the same conversion reports its faults. Its cards must be of the copy that
 * it uses itself. Required, because its ES modules do not load in Node; late, because it brings jsdom.
 */
function load(): LexicalRenderer {
  const main = createRequire(import.meta.url).resolve('@tryghost/kg-lexical-html-renderer');
  const own = createRequire(main);
  const from = <T>(name: string) => own(name) as T;
  const { HeadingNode, QuoteNode } = from<Record<string, unknown>>('@lexical/rich-text');
  const { ListNode, ListItemNode } = from<Record<string, unknown>>('@lexical/list');
  const { LinkNode } = from<Record<string, unknown>>('@lexical/link');
  const { DEFAULT_NODES } = from<{ DEFAULT_NODES: unknown[] }>('@tryghost/kg-default-nodes');
  const { JSDOM } = from<{ JSDOM: new () => unknown }>('jsdom');
  return {
    createHeadlessEditor:
      from<Pick<LexicalRenderer, 'createHeadlessEditor'>>('@lexical/headless').createHeadlessEditor,
    nodes: [HeadingNode, ListNode, ListItemNode, QuoteNode, LinkNode, ...DEFAULT_NODES],
    dom: new JSDOM(),
    convert: from<{ default: LexicalRenderer['convert'] }>(join(dirname(main), 'convert-to-html-string.js'))
      .default,
  };
}

/** Ghost's cards for HTML and code put out what they hold. */
const RAW: ReadonlySet<unknown> = new Set(['html', 'codeblock']);

/** Renders a Lexical document (Ghost 5 and later). Lexical reports some faults and goes on: all throw here. */
export function renderLexical(text: string): ConvertedDocument {
  const document = parseDocument(text, (value) => 'type' in value && RAW.has(value.type));
  loaded ??= load();
  const { createHeadlessEditor, nodes, dom, convert } = loaded;
  const faults: Error[] = [];
  const editor = createHeadlessEditor({ nodes, onError: (error) => faults.push(error) });
  editor.setEditorState(editor.parseEditorState(document));
  let html = '';
  editor.update(() => void (html = convert(editor, { target: 'html', dom, renderData: new Map() })), {
    discrete: true,
  });
  if (faults[0]) throw faults[0];
  return { html, notes: [] };
}
