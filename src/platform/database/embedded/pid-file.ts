import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { serves } from './abandoned-servers.js';
import { codeOf } from '../../errors/thrown.js';
import { readIfThere } from './files.js';

const run = promisify(execFile);

/** The content of postmaster.pid of a running server. */
export interface RunningServer {
  pid: number;
  /** True if it accepts connections, false while it starts, recovers or shuts down. */
  ready: boolean;
}

/** Returns the server of this data directory, or null if none is running. */
export async function runningServer(data: string): Promise<RunningServer | null> {
  const lines = (await readIfThere(join(data, 'postmaster.pid')))?.split('\n');
  const pid = Number(lines?.[0]);
  if (!lines || !Number.isInteger(pid) || pid <= 0 || !(await isServer(pid, data))) return null;
  return { pid, ready: lines[7]?.trim() === 'ready' };
}

/**
 * Tells whether the process exists and its command line is that of this server. This excludes zombies and reused
 * process ids.
 */
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

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}
