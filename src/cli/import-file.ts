import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { addAbortSignal, type Readable } from 'node:stream';
import { NoRoomForFile } from '../platform/errors/body-problems.js';
import { SpooledFile } from '../platform/http/bodies/spooled-file.js';
import { CommandError } from './command-error.js';

/** A file that can be read more than once. */
export interface ImportFile {
  /** The file descriptor, which is valid until the file is closed. */
  descriptor: number;
  /** The size in bytes. */
  size: number;
  close(): Promise<void>;
}

/**
 * Returns the file to import. Standard input (`-`) and pipes are copied to a temporary file first, because the
 * import reads the file several times.
 * @throws CommandError if the file cannot be read, and the reason with which `signal` was aborted
 */
export async function importFile(name: string, signal: AbortSignal): Promise<ImportFile> {
  try {
    if (name === '-') return await copy(process.stdin, signal);
    const found = await stat(name);
    if (found.isDirectory()) throw new CommandError(`${name} is a directory. Name a file.`);
    if (!found.isFile()) return await copy(createReadStream(name), signal);
    const file = await open(name);
    return { descriptor: file.fd, size: found.size, close: () => file.close() };
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof CommandError
      ? error
      : new CommandError(whyUnreadable(name, error), { cause: error });
  }
}

async function copy(source: Readable, signal: AbortSignal): Promise<ImportFile> {
  const file = await SpooledFile.create();
  try {
    for await (const chunk of addAbortSignal(signal, source)) await file.append(chunk as Buffer);
    return { descriptor: file.descriptor, size: file.size, close: () => file.close() };
  } catch (error) {
    await file.close();
    throw error;
  }
}

function whyUnreadable(name: string, error: unknown): string {
  const { code = '', message = String(error) } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT' || code === 'ENOTDIR') return `The file ${name} does not exist.`;
  if (code === 'EACCES' || code === 'EPERM') return `${name} cannot be read: permission denied.`;
  if (error instanceof NoRoomForFile)
    return `${name} does not fit into the directory for temporary files. Set TMPDIR to a directory with more space.`;
  return `${name} cannot be read: ${message}`;
}
