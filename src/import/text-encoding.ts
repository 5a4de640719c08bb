import { ImportFileError } from './import.errors.js';
import { headOf, type ImportSource } from './import-source.js';
import { lenientText } from './lenient-text.js';

const DECLARED = /^\s*<\?xml[^<>]{0,500}?\sencoding\s*=\s*["']([^"'<>]{1,100})["']/;

/** Returns the encoding of a file that begins with the mark of UTF-16, or with markup in UTF-16. */
export function utf16Of([first, second]: Uint8Array): string | undefined {
  if ((first === 0xff && second === 0xfe) || (first === 0x3c && second === 0)) return 'utf-16le';
  return (first === 0xfe && second === 0xff) || (first === 0 && second === 0x3c) ? 'utf-16be' : undefined;
}

/**
 * Yields the text of an XML file in the encoding that its first bytes or its declaration name. A file in UTF-8 can
 * contain bytes that are not UTF-8, which are marked.
 * @throws ImportFileError if the encoding is not known, or if the file is not in it
 */
export async function* xmlText(source: ImportSource): AsyncGenerator<string, void, void> {
  const encoding = encodingOf(await headOf(source));
  yield* encoding === 'utf-8' ? lenientText(source) : decoded(source, encoding);
}

function encodingOf(head: Uint8Array): string {
  const utf16 = utf16Of(head);
  if (utf16) return utf16;
  const isMarked = head[0] === 0xef && head[1] === 0xbb;
  const declared = isMarked ? undefined : DECLARED.exec(Buffer.from(head).toString('latin1'))?.[1];
  // A declaration that can be read byte by byte is not in UTF-16.
  return declared === undefined || /^(?:utf-?16|us-ascii)/i.test(declared) ? 'utf-8' : known(declared);
}

function known(name: string): string {
  try {
    return new TextDecoder(name).encoding;
  } catch {
    throw new ImportFileError(`the file declares the encoding ${name}, which is not known; save it as UTF-8`);
  }
}

async function* decoded(source: ImportSource, encoding: string): AsyncGenerator<string, void, void> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  const decode = (bytes?: Uint8Array) => {
    try {
      return decoder.decode(bytes, { stream: bytes !== undefined });
    } catch {
      throw new ImportFileError(`the file is not encoded in ${encoding}; save it as UTF-8`);
    }
  };
  for await (const bytes of source()) yield decode(bytes);
  yield decode();
}
