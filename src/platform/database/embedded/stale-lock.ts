import { open, type FileHandle } from 'node:fs/promises';
import { codeOf } from './embedded-postgres-error.js';
import { using } from './files.js';
import { isAlive } from './pid-file.js';

/** Beyond pid_max of every system (4,194,304 on Linux), so certainly nobody. */
const nobodysPid = '2147483646';

/** Milliseconds; PostgreSQL fills a lock file microseconds after it made it. */
const longestUnfilled = 500;

/**
 * Makes PostgreSQL see that a lock file means nothing, in the two cases that it cannot tell by itself:
 * the pid of a killed server belongs to another program by now (in a container it soon does), or the
 * server was killed between making the file and filling it.
 *
 * The file is changed and not removed. PostgreSQL then still compares the shared memory block that the
 * file names, which keeps orphaned backends of the old server away from the data; and when a server
 * that has started meanwhile has put its own file there, the change lands in the old, unlinked one.
 */
export async function disarmLockFile(
  path: string,
  isStale: (pid: number) => Promise<boolean>,
): Promise<void> {
  let file: FileHandle;
  try {
    file = await open(path, 'r+');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw error;
  }
  await using(Promise.resolve(file), async () => {
    const text = await file.readFile('utf8');
    const pid = /^\d+(?=\n)/.exec(text)?.[0];
    if (pid ? !isAlive(Number(pid)) || !(await isStale(Number(pid))) : !(await isOld(file))) return;
    await file.truncate(0);
    await file.write(pid ? text.replace(pid, nobodysPid) : `${nobodysPid}\n`, 0);
  });
}

async function isOld(file: FileHandle): Promise<boolean> {
  return Date.now() - (await file.stat()).mtimeMs > longestUnfilled;
}
