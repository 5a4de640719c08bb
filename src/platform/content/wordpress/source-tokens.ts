import { Tokenizer } from 'htmlparser2';

/** Receives the tokens of HTML as places in the source. Names are in lower case. */
export interface SourceReader {
  text(start: number, end: number): void;
  open(name: string, start: number, end: number): void;
  close(name: string, start: number, end: number): void;
  comment?(start: number, end: number): void;
}

/**
 * Splits a part of HTML into tokens, exactly as the sanitizer does, in linear time. Declarations and an incomplete
 * tag at the end are ignored.
 */
export function readTokens(source: string, reader: SourceReader, from = 0, to = source.length): void {
  const part = source.slice(from, to);
  let name = '';
  let start = 0;
  const opened = (end: number) => reader.open(name, from + start, from + end + 1);
  const tokenizer = new Tokenizer(
    { decodeEntities: false },
    {
      onopentagname: (nameStart, end) => {
        name = part.slice(nameStart, end).toLowerCase();
        start = nameStart - 1;
      },
      onopentagend: opened,
      onselfclosingtag: opened,
      onclosetag: (nameStart, end) => {
        const close = part.indexOf('>', end);
        const closed = part.slice(nameStart, end).toLowerCase();
        reader.close(closed, from + nameStart - 2, from + (close === -1 ? part.length : close + 1));
      },
      ontext: (textStart, end) => reader.text(from + textStart, from + end),
      oncomment: (commentStart, end) => {
        const isWhole = part.startsWith('<!--', commentStart - 4);
        if (isWhole) reader.comment?.(from + commentStart - 4, from + Math.min(end + 1, part.length));
      },
      ontextentity: () => {},
      onattribname: () => {},
      onattribdata: () => {},
      onattribentity: () => {},
      onattribend: () => {},
      oncdata: () => {},
      ondeclaration: () => {},
      onprocessinginstruction: () => {},
      onend: () => {},
    },
  );
  tokenizer.write(part);
  tokenizer.end();
}
