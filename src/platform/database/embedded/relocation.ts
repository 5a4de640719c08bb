import { createHash, randomBytes } from 'node:crypto';
import { chmod, mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { claim, readIfThere } from './files.js';
import { canEnter, type ServerUser } from './server-user.js';

/** In the data folder; written only where the database lives elsewhere. */
const recordName = 'embedded.json';

/** Both survive a reboot, unlike /tmp. */
const sharedPlaces = ['/var/lib/galley', '/var/tmp/galley'];

/** Where an earlier start put the database of this data folder, or null where it stayed below it. */
export async function recordedLocation(dataDir: string): Promise<string | null> {
  const path = join(dataDir, recordName);
  const text = await readIfThere(path);
  return text === null ? null : locationIn(text, path);
}

/**
 * Chooses a place that the server's account reaches, and records it; of several processes the first
 * decides. The random part keeps a data folder that was deleted and made anew from meeting its former
 * database, whose password went with the folder.
 */
export async function relocate(dataDir: string, user: ServerUser): Promise<string> {
  const hash = createHash('sha256').update(dataDir).digest('hex').slice(0, 12);
  const location = join(await sharedPlace(user), `${hash}-${randomBytes(4).toString('hex')}`);
  const path = join(dataDir, recordName);
  return locationIn(await claim(path, `${JSON.stringify({ location }, null, 2)}\n`), path);
}

/**
 * A folder of root's own that the account may pass through; for databases and for copies of programs.
 * @throws EmbeddedPostgresError when the system offers none
 */
export async function sharedPlace(user: ServerUser): Promise<string> {
  for (const path of sharedPlaces) {
    try {
      await mkdir(path, { recursive: true });
      if ((await stat(path)).uid !== 0) continue; // /var/tmp is open to all: somebody else was there first
      await chmod(path, 0o755);
      if (await canEnter(user, path)) return path;
    } catch {
      continue; // read-only, or a file: the next may do
    }
  }
  throw new EmbeddedPostgresError(
    `User ${user.name} can access neither the data directory nor ${sharedPlaces.join(' nor ')}. ` +
      'Set GALLEY_DATA_DIR to a directory that this user can access, or set DATABASE_URL to use another PostgreSQL.',
  );
}

function locationIn(text: string, path: string): string {
  try {
    const { location } = JSON.parse(text) as { location?: unknown };
    if (typeof location === 'string' && location.startsWith('/')) return location;
  } catch {
    // Not JSON: the same fault as JSON without the key.
  }
  throw new EmbeddedPostgresError(
    `${path} must contain {"location": "/absolute/path"}. Correct or remove the file.`,
  );
}
