import { createHash, randomBytes } from 'node:crypto';
import { chmod, mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { claim, readIfThere } from './files.js';
import { canEnter, type ServerUser } from './server-user.js';

/** A file in the data folder, which exists only if the database is in another location. */
const RECORD_NAME = 'embedded.json';

/** Unlike /tmp, both survive a reboot. */
const SHARED_PLACES = ['/var/lib/galley', '/var/tmp/galley'];

/** Returns the location that an earlier start selected for this data folder, or null if it is in the folder itself. */
export async function recordedLocation(dataDir: string): Promise<string | null> {
  const path = join(dataDir, RECORD_NAME);
  const text = await readIfThere(path);
  return text === null ? null : locationIn(text, path);
}

/**
 * Selects a location that the account of the server can access, and records it. The first of several processes
 * decides. The path contains a random part, so that a deleted and newly created data folder does not use its
 * previous database, whose password was deleted with the folder.
 */
export async function relocate(dataDir: string, user: ServerUser): Promise<string> {
  const hash = createHash('sha256').update(dataDir).digest('hex').slice(0, 12);
  const location = join(await sharedPlace(user), `${hash}-${randomBytes(4).toString('hex')}`);
  const path = join(dataDir, RECORD_NAME);
  return locationIn(await claim(path, `${JSON.stringify({ location }, null, 2)}\n`), path);
}

/**
 * Returns a folder of root through which the account can pass, for databases and copies of programs.
 * @throws EmbeddedPostgresError if the system has none
 */
export async function sharedPlace(user: ServerUser): Promise<string> {
  for (const path of SHARED_PLACES) {
    try {
      await mkdir(path, { recursive: true });
      // /var/tmp is writable for all, and another account created the folder first.
      if ((await stat(path)).uid !== 0) continue;
      await chmod(path, 0o755);
      if (await canEnter(user, path)) return path;
    } catch {
      continue; // The path is read-only or a file. The next one may work.
    }
  }
  throw new EmbeddedPostgresError(
    `User ${user.name} can access neither the data directory nor ${SHARED_PLACES.join(' nor ')}. ` +
      'Set GALLEY_DATA_DIR to a directory that this user can access, or set DATABASE_URL to use another PostgreSQL.',
  );
}

function locationIn(text: string, path: string): string {
  try {
    const { location } = JSON.parse(text) as { location?: unknown };
    if (typeof location === 'string' && location.startsWith('/')) return location;
  } catch {
    // Invalid JSON is the same fault as JSON without the key.
  }
  throw new EmbeddedPostgresError(
    `${path} must contain {"location": "/absolute/path"}. Correct or remove the file.`,
  );
}
