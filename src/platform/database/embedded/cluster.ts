import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chown, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Binaries } from './binaries.js';
import type { Place } from './data-directory.js';
import { EmbeddedPostgresError, explaining } from './embedded-postgres-error.js';
import { claim, isThere, makePrivateDirectory, readIfThere, syncDirectory } from './files.js';
import { stopAbandonedServers } from './abandoned-servers.js';
import { asServer } from './server-user.js';

const run = promisify(execFile);

/** The superuser that owns the cluster. The application has its own roles (roles.ts). */
export const SUPERUSER = 'galley';

/**
 * Ensures that the place contains a cluster for these binaries and a password.
 * @returns the password of the superuser, which is created once
 * @throws EmbeddedPostgresError if the data has another major version, or initdb fails
 */
export async function ensureCluster(
  place: Place,
  binaries: Binaries,
  log: (message: string) => void,
): Promise<string> {
  return explaining(`prepare the database in ${place.location}`, async () => {
    const made = await isThere(place.data);
    if (made) await checkVersion(place, binaries);
    const password = await passwordOf(place, made);
    if (!made) {
      log(`Creating a database in ${place.location}`);
      await stopAbandonedServers(place.data);
      await create(place, binaries, password);
    }
    return password;
  });
}

/** It is written before the cluster, so that several processes pass the same password to initdb. */
async function passwordOf({ passwordFile, data }: Place, made: boolean): Promise<string> {
  const kept = (await readIfThere(passwordFile))?.trim();
  if (kept) return kept;
  if (kept === '' || made) {
    throw new EmbeddedPostgresError(
      `${passwordFile}, the file with the password of the database in ${data}, is ${kept === '' ? 'empty' : 'missing'}. ` +
        'Restore the file, or move that directory away to start with an empty database.',
    );
  }
  return (await claim(passwordFile, `${randomBytes(32).toString('base64url')}\n`)).trim();
}

/** Creates the cluster in a separate folder and renames it, so that a crash leaves no incomplete cluster. */
async function create(place: Place, binaries: Binaries, password: string): Promise<void> {
  await removeLeftovers(place.location);
  const draft = join(place.location, `initdb-${randomBytes(6).toString('hex')}`);
  const passwordForInitdb = `${draft}.password`;
  try {
    await makePrivateDirectory(draft, place.user);
    await writeFile(passwordForInitdb, password, { mode: 0o600, flag: 'wx' });
    if (place.user) await chown(passwordForInitdb, place.user.uid, place.user.gid);
    await initdb(binaries, draft, passwordForInitdb, place);
    await rename(draft, place.data);
    await syncDirectory(place.location);
  } catch (error) {
    if (!(await isThere(place.data))) throw error; // Otherwise a concurrent process was faster.
  } finally {
    await rm(draft, { recursive: true, force: true });
    await rm(passwordForInitdb, { force: true });
  }
}

async function initdb(binaries: Binaries, data: string, passwordFile: string, place: Place): Promise<void> {
  const locale =
    process.platform === 'darwin' // This platform does not have C.UTF-8.
      ? ['--locale=C', '--lc-ctype=en_US.UTF-8', '--builtin-locale=C.UTF-8']
      : ['--locale=C.UTF-8'];
  const options = [
    ...[`--pgdata=${data}`, `--username=${SUPERUSER}`, `--pwfile=${passwordFile}`, '--auth=scram-sha-256'],
    ...['--encoding=UTF8', '--locale-provider=builtin', ...locale, '--data-checksums'],
    // These are written to postgresql.conf, where an operator can change them.
    ...['--set=max_connections=100', '--set=shared_buffers=64MB', '--set=max_wal_size=512MB'],
  ];
  try {
    await run(join(binaries.root, 'bin', 'initdb'), options, asServer(place.user));
  } catch (cause) {
    const { stdout = '', stderr = '', message } = cause as Error & { stdout?: string; stderr?: string };
    const said = `${stdout}\n${stderr}`.trim().split('\n').slice(-12).join('\n') || message;
    throw new EmbeddedPostgresError(
      `initdb could not create a database in ${place.location}${place.user ? ` as user ${place.user.name}` : ''}:\n${said}`,
      { cause },
    );
  }
}

/** Drafts that are older than an hour belong to a process that was killed. Younger ones may still be in use. */
async function removeLeftovers(location: string): Promise<void> {
  for (const name of await readdir(location)) {
    const path = join(location, name);
    if (!/^(initdb-|password\.)/.test(name)) continue;
    const changed = await stat(path).then(
      ({ mtimeMs }) => mtimeMs,
      () => Date.now(),
    );
    if (Date.now() - changed > 3_600_000) await rm(path, { recursive: true, force: true });
  }
}

async function checkVersion({ data }: Place, { version }: Binaries): Promise<void> {
  const found = (await readIfThere(join(data, 'PG_VERSION')))?.trim();
  const major = version.split('.')[0];
  if (found === major) return;
  throw new EmbeddedPostgresError(
    found
      ? `The database in ${data} was created by PostgreSQL ${found}, but the installed programs are ` +
          `PostgreSQL ${major}. Transfer its content with the pg_dump of a PostgreSQL ${found}, ` +
          'or move that directory away to start with an empty database.'
      : `${data} does not contain a PostgreSQL database (it has no PG_VERSION). Move it away to start with an empty database.`,
  );
}
