import { constants, readFileSync, statSync } from 'node:fs';
import { copyFile, open, stat, truncate, type FileHandle } from 'node:fs/promises';
import type { ServerUser } from './server-user.js';

/** The size in bytes at which the log is truncated. One older part is kept as `postgres.log.1`. */
const LARGEST_LOG_BYTES = 10 * 1024 * 1024;

/** The open log of the server, and a function that returns what was added since it was opened. */
export interface LogPassage {
  file: FileHandle;
  read(): string;
}

export async function openLog(path: string, user: ServerUser | null): Promise<LogPassage> {
  await cutLog(path);
  const { O_APPEND, O_CREAT, O_WRONLY, O_NOFOLLOW } = constants;
  const file = await open(path, O_APPEND | O_CREAT | O_WRONLY | O_NOFOLLOW, 0o600);
  if (user) await file.chown(user.uid, user.gid);
  const from = (await file.stat()).size;
  return { file, read: () => tailOf(path, from) };
}

/**
 * Moves the content of a large log to another file. This is safe while the server is running, because it appends by
 * position.
 */
export async function cutLog(path: string): Promise<void> {
  const size = await stat(path).then(
    (found) => found.size,
    () => 0,
  );
  if (size < LARGEST_LOG_BYTES) return;
  await copyFile(path, `${path}.1`);
  await truncate(path, 0);
}

/** Returns the last 20 lines of a log after byte `from`. */
export function tailOf(path: string, from = 0): string {
  try {
    const start = statSync(path).size < from ? 0 : from;
    return readFileSync(path).subarray(start).toString('utf8').trim().split('\n').slice(-20).join('\n');
  } catch {
    return '';
  }
}
