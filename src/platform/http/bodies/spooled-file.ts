import { createHash } from 'node:crypto';
import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NoRoomForFile } from '../../errors/body-problems.js';
import { readDescriptor } from './read-descriptor.js';

/** The disk or the quota of this account is full. */
const NO_ROOM = new Set(['ENOSPC', 'EDQUOT']);

/**
 * A file on disk without a name, for example an upload, so that nothing remains of it however the process ends. It can be read
 * any number of times until it is closed.
 */
export class SpooledFile {
  private readonly hash = createHash('sha256');
  private digest = '';
  size = 0;

  private constructor(private readonly handle: FileHandle) {}

  /** @throws NoRoomForFile */
  static async create(): Promise<SpooledFile> {
    return new SpooledFile(await openNameless().catch(throwNoRoom));
  }

  /** @throws NoRoomForFile */
  async append(chunk: Uint8Array): Promise<void> {
    this.hash.update(chunk);
    this.size += chunk.length;
    for (let at = 0; at < chunk.length;)
      at += (await this.handle.write(chunk, at).catch(throwNoRoom)).bytesWritten;
  }

  /** Marks the end of the file. */
  seal(): void {
    this.digest = this.hash.digest('hex');
  }

  /** The file descriptor, for a thread that also reads the file. It is valid until the file is closed. */
  get descriptor(): number {
    return this.handle.fd;
  }

  /** Reads the bytes from the start. */
  read(): AsyncGenerator<Buffer, void, void> {
    return readDescriptor(this.descriptor);
  }

  close(): Promise<void> {
    return this.handle.close();
  }

  /** Represents the file in the fingerprint of a request with an Idempotency-Key, which depends on the content. */
  toJSON() {
    return { size: this.size, sha256: this.digest };
  }
}

async function openNameless(): Promise<FileHandle> {
  const folder = await mkdtemp(join(tmpdir(), 'galley-upload-'));
  try {
    return await open(join(folder, 'file'), 'wx+', 0o600);
  } finally {
    await rm(folder, { recursive: true });
  }
}

function throwNoRoom(error: NodeJS.ErrnoException): never {
  throw NO_ROOM.has(error.code ?? '') ? new NoRoomForFile() : error;
}
