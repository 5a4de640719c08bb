import { isUtf8 } from 'node:buffer';
import { ImportFileError } from './import.errors.js';

/** Opens the file at its start. A Ghost export is read twice. */
export type ImportSource = () => AsyncIterable<Uint8Array>;

/** An export can begin with the warnings of a server. */
const HEAD = 16_384;

/** Returns the first bytes of the file. */
export async function headOf(source: ImportSource): Promise<Uint8Array> {
  let head = Buffer.alloc(0);
  for await (const chunk of source()) {
    head = Buffer.concat([head, chunk]);
    if (head.length >= HEAD) break;
  }
  return head.subarray(0, HEAD);
}

/** Bytes that end between characters, and their place in the file. */
interface CharacterChunk {
  bytes: Buffer;
  offset: number;
}

/**
 * Yields the bytes without the byte order mark in chunks that end between characters. Only the last chunk can end
 * within one. The bytes can be anything.
 */
export async function* characterChunks(source: ImportSource): AsyncGenerator<CharacterChunk, void, void> {
  let rest: Buffer = Buffer.alloc(0);
  let offset = 0;
  for await (const read of source()) {
    const bytes = rest.length ? Buffer.concat([rest, read]) : view(read);
    const end = lastBoundary(bytes);
    const mark = markLength(bytes.subarray(0, end), offset);
    rest = Buffer.from(bytes.subarray(end));
    if (end > mark) yield { bytes: bytes.subarray(mark, end), offset: offset + mark };
    offset += end;
  }
  if (rest.length) yield { bytes: rest, offset };
}

/**
 * Yields the same bytes, and verifies that they are UTF-8.
 * @throws ImportFileError with the offset of the first byte that is not UTF-8
 */
export async function* utf8Chunks(source: ImportSource): AsyncGenerator<Buffer, void, void> {
  for await (const { bytes, offset } of characterChunks(source)) {
    assertUtf8(bytes, offset);
    yield bytes;
  }
}

function view(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Returns the end of the last complete character, which is at most three bytes before the end of the chunk. */
function lastBoundary(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return bytes.length;
    if (byte >= 0xc0) return back < sequenceLength(byte) ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}

/** Returns how many bytes a character has that starts with this byte. */
export function sequenceLength(lead: number): number {
  if (lead >= 0xf0) return 4;
  if (lead >= 0xe0) return 3;
  return lead >= 0xc0 ? 2 : 1;
}

function markLength(bytes: Buffer, offset: number): number {
  return offset === 0 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
}

function assertUtf8(bytes: Buffer, offset: number): void {
  if (isUtf8(bytes)) return;
  const decoder = new TextDecoder('utf-8', { fatal: true });
  for (let at = 0; at < bytes.length; at += 1) {
    try {
      decoder.decode(bytes.subarray(at, at + 1), { stream: true });
    } catch {
      throw new ImportFileError('the file is not encoded in UTF-8; save it as UTF-8', { byte: offset + at });
    }
  }
  throw new ImportFileError('the file ends in the middle of a character', { byte: offset });
}
