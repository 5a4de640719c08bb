import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { parseDocument } from './document.js';
import type { ConvertedDocument } from './converted-document.js';

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

/** The Ghost cards for HTML and code write their content unchanged. */
const RAW: ReadonlySet<unknown> = new Set(['html', 'codeblock']);

/** Renders a Lexical document (Ghost 5 and later). Lexical only reports some faults; here all of them throw. */
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
