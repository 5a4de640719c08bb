import { Tokenizer } from 'htmlparser2';

/** Receives the tokens of HTML in order. Names are in lower case, and entities are decoded. */
export interface HtmlReader {
  /** The name of a start tag. Its attributes follow, and then `opened`. */
  open(name: string): void;
  /** A name can occur twice. An attribute without a value has the value ''. */
  attribute?(name: string, value: string): void;
  /** @param isSelfClosing true for `<name/>`, which only ends an element of a drawing or a formula */
  opened?(isSelfClosing: boolean): void;
  close(name: string): void;
  /** A text can arrive in several parts, because each entity is one. */
  text(text: string): void;
}

/**
 * Splits HTML into tags and text as browsers do, in time linear in its length. It does not track nesting. Comments,
 * declarations and an incomplete tag at the end are ignored.
 */
export function readHtml(html: string, reader: HtmlReader): void {
  let name = '';
  let value = '';
  const tokenizer = new Tokenizer(
    {},
    {
      onopentagname: (start, end) => reader.open(html.slice(start, end).toLowerCase()),
      onattribname: (start, end) => {
        name = html.slice(start, end).toLowerCase();
        value = '';
      },
      onattribdata: (start, end) => {
        value += html.slice(start, end);
      },
      onattribentity: (codepoint) => {
        value += String.fromCodePoint(codepoint);
      },
      onattribend: () => reader.attribute?.(name, value),
      onopentagend: () => reader.opened?.(false),
      onselfclosingtag: () => reader.opened?.(true),
      onclosetag: (start, end) => reader.close(html.slice(start, end).toLowerCase()),
      ontext: (start, end) => reader.text(html.slice(start, end)),
      ontextentity: (codepoint) => reader.text(String.fromCodePoint(codepoint)),
      oncomment: () => {},
      oncdata: () => {},
      ondeclaration: () => {},
      onprocessinginstruction: () => {},
      onend: () => {},
    },
  );
  tokenizer.write(html);
  tokenizer.end();
}

/** The content of these elements is not text for readers. */
export const SILENT: ReadonlySet<string> = new Set([
  'script',
  'style',
  'textarea',
  'xmp',
  'iframe',
  'noembed',
  'noframes',
  'option',
]);

/** The content of these elements of a drawing or a formula is for programs: its name, its description, its source. */
export const UNSEEN: ReadonlySet<string> = new Set([
  'title',
  'desc',
  'metadata',
  'annotation',
  'annotation-xml',
]);
