import { randomBytes } from 'node:crypto';
import { chmod, chown, link, lstat, mkdir, open, readFile, rm, type FileHandle } from 'node:fs/promises';
import { codeOf, EmbeddedPostgresError } from './embedded-postgres-error.js';
import { type ServerUser } from './server-user.js';

/** The text of a file, or null where there is none. */
export async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

/** Whether anything stands at the path. A folder that may not be entered is an error, not a no. */
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
 * Writes a file that nobody has written yet and returns what it then holds: with several processes
 * at once the first wins and all get its text. Mode 0600, whole or absent, on the disk when this returns.
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
 * Makes a folder of mode 0700 for the account of the server, or checks the one that is there.
 * @throws EmbeddedPostgresError when it belongs to somebody else, as one prepared in /tmp might
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
  // Root's own is a folder between the mkdir and the chown of a process beside this one.
  if (user && found.isDirectory() && found.uid === 0) await chown(path, user.uid, user.gid);
  else if (!found.isDirectory() || found.uid !== uid) {
    throw new EmbeddedPostgresError(
      `${path} must be a directory of user ${user?.name ?? uid}, but belongs to uid ${found.uid}. ` +
        'Remove it, or choose another directory with GALLEY_DATA_DIR.',
    );
  }
  if ((found.mode & 0o777) !== 0o700) await chmod(path, 0o700);
}

/** Makes a rename in this folder survive a power cut. */
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
