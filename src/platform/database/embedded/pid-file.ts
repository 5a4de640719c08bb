import { execFile } from 'node:child_process';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { serves } from './abandoned-servers.js';
import { codeOf } from './embedded-postgres-error.js';
import { readIfThere, using } from './files.js';

const run = promisify(execFile);

/** What a running server says of itself in postmaster.pid. */
export interface RunningServer {
  pid: number;
  /** True once it accepts connections; false while it starts, recovers or shuts down. */
  ready: boolean;
}

/** The server of this data directory, or null where none runs. */
export async function runningServer(data: string): Promise<RunningServer | null> {
  const lines = (await readIfThere(join(data, 'postmaster.pid')))?.split('\n');
  const pid = Number(lines?.[0]);
  if (!lines || !Number.isInteger(pid) || pid <= 0 || !(await isServer(pid, data))) return null;
  return { pid, ready: lines[7]?.trim() === 'ready' };
}

/** Whether the process lives and its command line is that of our server: not a zombie, not a recycled pid. */
export async function isServer(pid: number, data: string): Promise<boolean> {
  if (!isAlive(pid)) return false;
  if (process.platform === 'linux') {
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    return serves(command.split('\0'), data);
  }
  const { stdout } = await run('ps', ['-ww', '-o', 'command=', '-p', String(pid)]).catch(() => ({
    stdout: '',
  }));
  return stdout.includes(`/postgres -D ${data} `);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

/** Beyond pid_max of every system (4,194,304 on Linux), so certainly nobody. */
const nobodysPid = '2147483646';

/**
 * Makes PostgreSQL see that the pid in a lock file means nothing: in a container the pid of a killed
 * server soon belongs to another program, and PostgreSQL would believe that program to be the server.
 *
 * The file is changed and not removed. PostgreSQL then still compares the shared memory block that the
 * file names, which keeps orphaned backends of the old server away from the data; and when a server
 * that has started meanwhile has put its own file there, the change lands in the old, unlinked one.
 */
export async function disarmLockFile(
  path: string,
  isStale: (pid: number) => Promise<boolean>,
): Promise<void> {
  const opened = await open(path, 'r+').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  });
  if (!opened) return;
  await using(Promise.resolve(opened), async (file) => {
    const text = await file.readFile('utf8');
    const pid = Number(text.split('\n')[0]);
    if (!text.includes('\n') || !isAlive(pid) || !(await isStale(pid))) return;
    const changed = text.replace(/^\d+/, nobodysPid);
    await file.truncate(0);
    await file.write(changed, 0);
  });
}
