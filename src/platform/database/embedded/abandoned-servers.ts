import { readdir, readFile, readlink } from 'node:fs/promises';

/**
 * Ends servers whose data directory was deleted beneath them (`rm -rf .galley` after a crash). They
 * notice within a minute by themselves, but on the way out remove the socket of their successor.
 * Looks in /proc, so on Linux only.
 */
export async function stopAbandonedServers(data: string): Promise<void> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  for (const pid of pids) {
    const [command, directory] = await Promise.all([
      readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''),
      readlink(`/proc/${pid}/cwd`).catch(() => ''),
    ]);
    // A server's working directory is its data directory; the kernel marks a deleted one.
    if (directory === `${data} (deleted)` && serves(command.split('\0'), data)) kill(Number(pid));
  }
}

/** Whether a command line is that of a PostgreSQL server with this data directory. */
export function serves(command: string[], data: string): boolean {
  const [program = '', ...args] = command;
  return program.endsWith('/postgres') && args[0] === '-D' && args[1] === data;
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL'); // its exit by any gentler signal would remove the socket
  } catch {
    // Gone meanwhile, or not ours to end.
  }
}
