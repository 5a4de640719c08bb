import { createHash } from 'node:crypto';
import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const CHUNK_BYTES = 64 * 1024;

/**
 * A file that a request brought, on disk without a name: nothing is left of it when the process ends, however
 * it ends. It may be read any number of times until it is closed.
 */
export class SpooledFile {
  private readonly hash = createHash('sha256');
  private digest = '';
  size = 0;

  private constructor(private readonly handle: FileHandle) {}

  static async create(): Promise<SpooledFile> {
    const folder = await mkdtemp(join(tmpdir(), 'galley-upload-'));
    try {
      return new SpooledFile(await open(join(folder, 'file'), 'wx+', 0o600));
    } finally {
      await rm(folder, { recursive: true });
    }
  }

  async append(chunk: Uint8Array): Promise<void> {
    this.hash.update(chunk);
    this.size += chunk.length;
    for (let at = 0; at < chunk.length;) at += (await this.handle.write(chunk, at)).bytesWritten;
  }

  /** Nothing follows. */
  seal(): void {
    this.digest = this.hash.digest('hex');
  }

  /** Its bytes from the start. */
  async *read(): AsyncGenerator<Buffer, void, void> {
    for (let at = 0; ;) {
      const { bytesRead, buffer } = await this.handle.read(
        Buffer.allocUnsafe(CHUNK_BYTES),
        0,
        CHUNK_BYTES,
        at,
      );
      if (bytesRead === 0) return;
      at += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  }

  close(): Promise<void> {
    return this.handle.close();
  }

  /** What stands for the file where a body is compared: an Idempotency-Key belongs to its bytes. */
  toJSON() {
    return { size: this.size, sha256: this.digest };
  }
}
