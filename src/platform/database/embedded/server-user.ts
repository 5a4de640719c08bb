import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';

const run = promisify(execFile);

/** The account of the database server if Galley runs as root, because PostgreSQL refuses to run as root. */
export interface ServerUser {
  uid: number;
  gid: number;
  name: string;
}

const CANDIDATES = ['postgres', '_postgres', 'nobody'];

/**
 * Returns an existing account of the system: postgres, _postgres (macOS) or nobody. It never creates one.
 * @throws EmbeddedPostgresError if the system has none of them
 */
export async function existingServerUser(): Promise<ServerUser> {
  const accounts = await accountsOfTheSystem();
  for (const name of CANDIDATES) {
    const found = accounts.find((account) => account.name === name && account.uid !== 0);
    if (found) return found;
  }
  throw new EmbeddedPostgresError(
    'PostgreSQL does not run as root, and this system has neither a user postgres nor a user nobody. ' +
      'Start Galley as an ordinary user, or set DATABASE_URL to use another PostgreSQL.',
  );
}

/** Returns the account with this uid. If it has no name, its number is used. */
export async function userWithId(uid: number, gid: number): Promise<ServerUser> {
  const named = (await accountsOfTheSystem()).find((account) => account.uid === uid);
  return { uid, gid, name: named?.name ?? String(uid) };
}

/** Returns the options of child_process for a program of the server: its account, and nothing of this environment. */
export function asServer(user: ServerUser | null) {
  return {
    // The account may have no access to the current directory.
    // The environment contains no secrets and no PG* variables. LC_ALL must name a valid locale on macOS, and
    // keeps messages in English.
    cwd: '/',
    env: { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
    ...(user && { uid: user.uid, gid: user.gid }),
  };
}

/**
 * Runs a test as the account, so that modes, access lists and mount options are all considered.
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

/** Tells whether the account can pass through to this folder. */
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
