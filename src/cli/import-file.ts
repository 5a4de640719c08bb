import { constants, createReadStream, createWriteStream } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { CommandError } from './command-error.js';

/** A file that can be read more than once. */
export interface ImportFile {
  path: string;
  /** The size in bytes. */
  size: number;
}

/**
 * Returns the file to import. Standard input (`-`) and pipes are copied to `folder` first, because the import opens
 * the file several times.
 * @throws CommandError if the file cannot be read
 */
export async function importFile(name: string, folder: string): Promise<ImportFile> {
  try {
    if (name === '-') return await copy(process.stdin, folder);
    const found = await stat(name);
    if (found.isDirectory()) throw new CommandError(`${name} is a directory. Name a file.`);
    if (!found.isFile()) return await copy(createReadStream(name), folder);
    await access(name, constants.R_OK);
    return { path: name, size: found.size };
  } catch (error) {
    throw error instanceof CommandError
      ? error
      : new CommandError(whyUnreadable(name, error), { cause: error });
  }
}

async function copy(source: NodeJS.ReadableStream, folder: string): Promise<ImportFile> {
  const path = join(folder, 'input');
  await pipeline(source, createWriteStream(path, { mode: 0o600 }));
  return { path, size: (await stat(path)).size };
}

function whyUnreadable(name: string, error: unknown): string {
  const { code = '', message = String(error) } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT' || code === 'ENOTDIR') return `The file ${name} does not exist.`;
  if (code === 'EACCES' || code === 'EPERM') return `${name} cannot be read: permission denied.`;
  if (code === 'ENOSPC')
    return `${name} does not fit into the directory for temporary files. Set TMPDIR to a directory with more space.`;
  return `${name} cannot be read: ${message}`;
}
