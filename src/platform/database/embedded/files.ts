import { randomBytes } from 'node:crypto';
import { chmod, chown, link, lstat, mkdir, open, readFile, rm, type FileHandle } from 'node:fs/promises';
import { codeOf } from '../../errors/thrown.js';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import type { ServerUser } from './server-user.js';

/** Returns the text of a file, or null if it does not exist. */
export async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

/** Tells whether the path exists. A folder without access is an error. */
export async function isThere(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}

/**
 * Creates a file and returns its text. If several processes call this at the same time, the first one wins, and all
 * receive its text. The file has mode 0600, is either complete or absent, and has been flushed to the disk when
 * this returns.
 */
export async function claim(path: string, text: string): Promise<string> {
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    await using(open(draft, 'wx', 0o600), async (file) => {
      await file.writeFile(text);
      await file.sync();
    });
    await link(draft, path);
    return text;
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    return await readFile(path, 'utf8');
  } finally {
    await rm(draft, { force: true });
  }
}

/**
 * Creates a folder with mode 0700 for the account of the server, or checks the existing one.
 * @throws EmbeddedPostgresError if it belongs to another account, for example to an attacker who created it in /tmp
 */
export async function makePrivateDirectory(path: string, user: ServerUser | null): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 });
    if (user) await chown(path, user.uid, user.gid);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
  const found = await lstat(path);
  const uid = user?.uid ?? process.getuid?.();
  // A folder of root may be between the mkdir and the chown of a concurrent process.
  if (user && found.isDirectory() && found.uid === 0) await chown(path, user.uid, user.gid);
  else if (!found.isDirectory() || found.uid !== uid) {
    throw new EmbeddedPostgresError(
      `${path} must be a directory of user ${user?.name ?? uid}, but belongs to uid ${found.uid}. ` +
        'Remove it, or choose another directory with GALLEY_DATA_DIR.',
    );
  }
  if ((found.mode & 0o777) !== 0o700) await chmod(path, 0o700);
}

/** Flushes the folder to the disk, so that a rename in it survives a power failure. */
export async function syncDirectory(path: string): Promise<void> {
  await using(open(path, 'r'), (directory) => directory.sync());
}

export async function using<T>(
  opening: Promise<FileHandle>,
  work: (file: FileHandle) => Promise<T>,
): Promise<T> {
  const file = await opening;
  try {
    return await work(file);
  } finally {
    await file.close();
  }
}
