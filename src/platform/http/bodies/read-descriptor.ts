import { read } from 'node:fs';
import { promisify } from 'node:util';

const CHUNK_BYTES = 64 * 1024;
const readAt = promisify(read);

/**
 * Reads an open file from the start. Each read states its position, so several readers and threads can use the file
 * at the same time.
 */
export async function* readDescriptor(descriptor: number): AsyncGenerator<Buffer, void, void> {
  for (let at = 0; ;) {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    const { bytesRead } = await readAt(descriptor, chunk, 0, CHUNK_BYTES, at);
    if (bytesRead === 0) return;
    at += bytesRead;
    yield chunk.subarray(0, bytesRead);
  }
}
