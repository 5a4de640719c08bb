import { Tokenizer } from 'htmlparser2';

/** Takes the tokens of HTML in their order. Names are in lower case, entities are decoded. */
export interface HtmlReader {
  /** The name of a start tag; its attributes follow, then `opened`. */
  open(name: string): void;
  /** A name may come twice. '' is also the value of an attribute without one. */
  attribute?(name: string, value: string): void;
  opened?(): void;
  close(name: string): void;
  /** A text comes in pieces: each entity is one. */
  text(text: string): void;
}

/**
 * Reads HTML as browsers cut it into tags and text, in time linear in its
 * length: nothing is nested, closed or looked up here. Comments, declarations
 * and a tag that the end cuts off are left out.
 */
export function readHtml(html: string, reader: HtmlReader): void {
  let name = '';
  let value = '';
  const opened = () => reader.opened?.();
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
      onopentagend: opened,
      onselfclosingtag: opened,
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

/** What stands between the tags of these is no text for a reader. */
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
