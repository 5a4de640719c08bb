import { isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { ImportFileError } from './import.errors.js';

/** Opens the file at its start. A Ghost export is read twice. */
export type ImportSource = () => AsyncIterable<Uint8Array>;

export function fileSource(path: string): ImportSource {
  return () => createReadStream(path, { highWaterMark: 64 * 1024 });
}

/**
 * Yields the bytes without the byte order mark in chunks that end between characters, and verifies that they are
 * UTF-8.
 * @throws ImportFileError with the offset of the first byte that is not UTF-8
 */
export async function* utf8Chunks(source: ImportSource): AsyncGenerator<Buffer, void, void> {
  let rest: Buffer = Buffer.alloc(0);
  let offset = 0;
  for await (const read of source()) {
    const bytes = rest.length ? Buffer.concat([rest, read]) : view(read);
    const end = lastBoundary(bytes);
    const whole = withoutMark(bytes.subarray(0, end), offset);
    assertUtf8(bytes.subarray(0, end), offset);
    rest = Buffer.from(bytes.subarray(end));
    offset += end;
    if (whole.length) yield whole;
  }
  if (rest.length) throw new ImportFileError('the file ends in the middle of a character', { byte: offset });
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

function sequenceLength(lead: number): number {
  if (lead >= 0xf0) return 4;
  return lead >= 0xe0 ? 3 : 2;
}

function withoutMark(bytes: Buffer, offset: number): Buffer {
  const marked = offset === 0 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  return marked ? bytes.subarray(3) : bytes;
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
}
