import { readdir, readFile, readlink } from 'node:fs/promises';

/**
 * Ends servers whose data directory was deleted (`rm -rf .galley` after a crash). They would end within a minute by
 * themselves, but would then remove the socket of the next server. It reads /proc, so it works only on Linux.
 */
export async function stopAbandonedServers(data: string): Promise<void> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  for (const pid of pids) {
    const [command, directory] = await Promise.all([
      readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''),
      readlink(`/proc/${pid}/cwd`).catch(() => ''),
    ]);
    // The working directory of a server is its data directory. The kernel marks a deleted directory.
    if (directory === `${data} (deleted)` && serves(command.split('\0'), data)) kill(Number(pid));
  }
}

/** Tells whether a command line starts a PostgreSQL server with this data directory. */
export function serves(command: string[], data: string): boolean {
  const [program = '', ...args] = command;
  return program.endsWith('/postgres') && args[0] === '-D' && args[1] === data;
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL'); // Any other signal would let it remove the socket.
  } catch {
    // The process has ended already, or belongs to another user.
  }
}
