import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';

const run = promisify(execFile);

/** The account that the database server runs as when Galley itself is root (PostgreSQL refuses root). */
export interface ServerUser {
  uid: number;
  gid: number;
  name: string;
}

const candidates = ['postgres', '_postgres', 'nobody'];

/**
 * An account that the system already has: postgres, _postgres (macOS), else nobody. Never makes one.
 * @throws EmbeddedPostgresError when the system has none of them
 */
export async function existingServerUser(): Promise<ServerUser> {
  const accounts = await accountsOfTheSystem();
  for (const name of candidates) {
    const found = accounts.find((account) => account.name === name && account.uid !== 0);
    if (found) return found;
  }
  throw new EmbeddedPostgresError(
    'PostgreSQL does not run as root, and this system has neither a user postgres nor a user nobody. ' +
      'Start Galley as an ordinary user, or set DATABASE_URL to use another PostgreSQL.',
  );
}

/** The account with this uid; one without a name is called by its number. */
export async function userWithId(uid: number, gid: number): Promise<ServerUser> {
  const named = (await accountsOfTheSystem()).find((account) => account.uid === uid);
  return { uid, gid, name: named?.name ?? String(uid) };
}

/** Options of child_process for a program of the server: its account, and nothing of our environment. */
export function asServer(user: ServerUser | null) {
  return {
    cwd: '/', // our own folder may be closed to that account
    // No secrets, no PG* variables. LC_ALL must name a valid locale on macOS, and keeps messages English.
    env: { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
    ...(user && { uid: user.uid, gid: user.gid }),
  };
}

/**
 * Asks the system itself by trying, as that account: modes, access lists and mount options all count.
 * @param test a condition of /bin/sh, with the paths as $1, $2, …
 */
export async function can(user: ServerUser | null, test: string, ...paths: string[]): Promise<boolean> {
  try {
    await run('/bin/sh', ['-c', test, 'sh', ...paths], { ...asServer(user), timeout: 10_000 });
    return true;
  } catch {
    return false;
  }
}

/** Whether the account can pass through to this folder. */
export function canEnter(user: ServerUser, path: string): Promise<boolean> {
  return can(user, '[ -d "$1" ] && cd "$1"', path);
}

async function accountsOfTheSystem(): Promise<ServerUser[]> {
  const lines = (await readFile('/etc/passwd', 'utf8').catch(() => '')).split('\n');
  return lines.flatMap((line) => {
    const [name, , uid, gid] = line.split(':');
    return name && uid && gid ? [{ name, uid: Number(uid), gid: Number(gid) }] : [];
  });
}
