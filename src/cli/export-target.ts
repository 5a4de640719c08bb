import { createWriteStream } from 'node:fs';
import { open, rename, rm, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { CommandError } from './command-error.js';

type Write = (lines: AsyncIterable<string>, signal: AbortSignal) => Promise<void>;

/** Waits for a slow reader. If the reader has exited, the command ends (EPIPE). */
const toStandardOutput: Write = (lines, signal) => pipeline(lines, process.stdout, { signal, end: false });

/** Renames the file only when it is complete, so that an interrupted export cannot be mistaken for a complete one. */
const toFile =
  (path: string): Write =>
  async (lines, signal) => {
    const partial = `${path}.partial`;
    try {
      const file = await open(partial, 'w', 0o600);
      await pipeline(lines, file.createWriteStream({ flush: true }), { signal });
      await rename(partial, path);
    } catch (error) {
      await rm(partial, { force: true });
      throw error;
    }
  };

/** Writes to a pipe or a device directly, because `--output /dev/null` must not replace it. */
const toDevice =
  (path: string): Write =>
  (lines, signal) =>
    pipeline(lines, createWriteStream(path), { signal });

/**
 * Returns the target of the lines: a file, or standard output without a path.
 * @throws CommandError if the target is not writable
 */
export async function exportTarget(path: string | undefined): Promise<Write> {
  if (path === undefined) return toStandardOutput;
  const present = await stat(path).catch(() => undefined);
  if (present?.isDirectory()) throw new CommandError(`${path} is a directory. Name a file.`);
  const write = present && !present.isFile() ? toDevice(path) : toFile(path);
  return (lines, signal) =>
    write(lines, signal).catch((error: unknown) => {
      throw whyUnwritable(path, error) ?? error;
    });
}

function whyUnwritable(path: string, error: unknown): CommandError | undefined {
  const { code = '', message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT')
    return new CommandError(`The directory of ${path} does not exist. Create it first.`, { cause: error });
  if (['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'EDQUOT', 'EISDIR', 'ENOTDIR'].includes(code)) {
    return new CommandError(`${path} cannot be written: ${message}`, { cause: error });
  }
  return undefined;
}
