import { open, type FileHandle } from 'node:fs/promises';
import { codeOf } from '../../errors/thrown.js';
import { using } from './files.js';
import { isAlive } from './pid-file.js';

/** Above pid_max of every system (4,194,304 on Linux), so no process can have this id. */
const NOBODYS_PID = '2147483646';

/** In milliseconds. PostgreSQL fills a lock file microseconds after it has created it. */
const LONGEST_UNFILLED_MS = 500;

/**
 * Makes a stale lock file invalid in the two cases that PostgreSQL cannot detect: the process id of a killed server
 * belongs to another program (which happens soon in a container), or the server was killed between creating the
 * file and filling it.
 *
 * The file is changed, not removed. PostgreSQL then still checks the shared memory block that the file names, which
 * protects the data from orphaned backends of the old server. If another server has started meanwhile and has
 * created its own file, the change affects only the old, unlinked one.
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
    await file.write(pid ? text.replace(pid, NOBODYS_PID) : `${NOBODYS_PID}\n`, 0);
  });
}

async function isOld(file: FileHandle): Promise<boolean> {
  return Date.now() - (await file.stat()).mtimeMs > LONGEST_UNFILLED_MS;
}
