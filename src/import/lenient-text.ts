import { isUtf8 } from 'node:buffer';
import { characterChunks, type ImportSource, sequenceLength } from './import-source.js';

/** A byte that is not UTF-8 becomes this lone surrogate plus the byte, because UTF-8 contains no surrogates. */
const MARK = 0xdc00;

/** Windows-1252 from 0x80 to 0x9f. The other characters have the same numbers as in Unicode. */
const WINDOWS_1252 = '€\ufffd‚ƒ„…†‡ˆ‰Š‹Œ\ufffdŽ\ufffd\ufffd‘’“”•–—˜™š›œ\ufffdžŸ';

/** Yields the text of a file in chunks of complete characters, with a mark for each byte that is not UTF-8. */
export async function* lenientText(source: ImportSource): AsyncGenerator<string, void, void> {
  for await (const { bytes } of characterChunks(source)) {
    yield isUtf8(bytes) ? bytes.toString() : marked(bytes);
  }
}

function marked(bytes: Buffer): string {
  let text = '';
  let start = 0;
  for (let at = 0; at < bytes.length;) {
    const length = sequenceLength(bytes[at] ?? 0);
    if (isUtf8(bytes.subarray(at, at + length))) {
      at += length;
      continue;
    }
    text += bytes.toString('utf8', start, at) + String.fromCharCode(MARK + (bytes[at] ?? 0));
    at += 1;
    start = at;
  }
  return text + bytes.toString('utf8', start);
}

export const isMarkedByte = (code: number): boolean => code >= MARK + 0x80 && code <= MARK + 0xff;

export const markedByte = (code: number): number => code - MARK;

/** Returns the character that most probably was meant by a byte that is not UTF-8. */
export const characterOfByte = (byte: number): string =>
  WINDOWS_1252[byte - 0x80] ?? String.fromCharCode(byte);
