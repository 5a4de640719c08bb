import { createHash } from 'node:crypto';
import { chmod, mkdir, realpath, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { codeOf, EmbeddedPostgresError, explaining } from './embedded-postgres-error.js';
import { isThere } from './files.js';
import { recordedLocation, relocate, sharedPlace } from './relocation.js';
import { canEnter, existingServerUser, userWithId, type ServerUser } from './server-user.js';

/** Where the database lives, and who it belongs to. */
export interface Place {
  /** Absolute folder of everything below. */
  location: string;
  /** True when that is not below the data folder that was asked for. */
  relocated: boolean;
  /** PostgreSQL's own data directory; absent before the first start. */
  data: string;
  /** Folder of the Unix socket, 0700. */
  socketDir: string;
  passwordFile: string;
  logFile: string;
  /** Finds where programs go that the server cannot use in node_modules; makes nothing before it is asked. */
  copies: () => Promise<string>;
  /** Account of the server; null: the one that runs Galley. */
  user: ServerUser | null;
}

/** The name of the socket within its folder says port 5432; nothing listens on a network port. */
export const port = 5432;

/** sun_path holds 108 bytes on Linux and 104 on macOS, with the final NUL. */
const longestSocketPath = 100;

/**
 * Decides where the database of a data folder lives: where an earlier start put it, else below the
 * folder itself, else (as root, where the server's account cannot reach that) in a shared place.
 * @throws EmbeddedPostgresError when the folder cannot be used
 */
export async function findPlace(dataDir: string, log: (message: string) => void): Promise<Place> {
  return explaining(`use the data folder ${dataDir}`, async () => {
    const asRoot = process.getuid?.() === 0;
    await makePassage(dataDir, asRoot);
    const root = await realpath(dataDir);
    const usual = join(root, 'postgres');
    const recorded = await recordedLocation(root);
    if (recorded && !(await isThere(join(recorded, 'data')))) {
      log(
        `${recorded}, the location of the database of ${root}, does not contain a database. Starting with a new, empty database`,
      );
    }
    const known = recorded ?? ((await isThere(join(usual, 'data'))) ? usual : null);
    if (!asRoot) return placeAt(known ?? usual, usual, () => Promise.resolve(root), null);

    const owner = known === null ? null : await ownerOf(join(known, 'data'));
    const user = owner ?? (await existingServerUser());
    const location = known ?? ((await canEnter(user, root)) ? usual : await relocate(root, user));
    return placeAt(location, usual, () => sharedPlace(user), user);
  });
}

async function placeAt(
  location: string,
  usual: string,
  copies: () => Promise<string>,
  user: ServerUser | null,
): Promise<Place> {
  await makePassage(location, user !== null);
  const data = join(location, 'data');
  await (user ? checkPassage(location, user) : checkOwner(location, data));
  return {
    location,
    relocated: location !== usual,
    data,
    socketDir: socketDirectory(location),
    passwordFile: join(location, 'password'),
    logFile: join(location, 'postgres.log'),
    copies,
    user,
  };
}

/** Root's folders are 0711: the server's account must pass through, without seeing what else is there. */
async function makePassage(path: string, asRoot: boolean): Promise<void> {
  await mkdir(dirname(path), { recursive: true }); // parents get the usual mode, not ours
  try {
    await mkdir(path, { mode: 0o700 });
    if (asRoot) await chmod(path, 0o711);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST' || !(await stat(path)).isDirectory()) throw error;
  }
}

async function checkPassage(location: string, user: ServerUser): Promise<void> {
  if (await canEnter(user, location)) return;
  throw new EmbeddedPostgresError(
    `The database server runs as user ${user.name}, who cannot access ${location}. Allow access to ` +
      'the directories above it (chmod o+x), or choose another directory with GALLEY_DATA_DIR.',
  );
}

async function checkOwner(location: string, data: string): Promise<void> {
  const owner = (await stat(data).catch(noneThere))?.uid ?? process.getuid?.();
  if (owner === process.getuid?.()) return;
  throw new EmbeddedPostgresError(
    `The database in ${location} belongs to uid ${owner}. Start Galley as that user or as root, ` +
      'or choose another directory with GALLEY_DATA_DIR.',
  );
}

/** Always the same for one location, so that pools find a restarted server where the old one was. */
function socketDirectory(location: string): string {
  const beside = join(location, 'run');
  if (Buffer.byteLength(join(beside, `.s.PGSQL.${port}`)) <= longestSocketPath) return beside;
  // Not os.tmpdir(): TMPDIR may differ between a server and a command beside it.
  return `/tmp/galley-${createHash('sha256').update(location).digest('hex').slice(0, 20)}`;
}

/** Data that an ordinary user made is served as that user, so that they can go on using it. */
async function ownerOf(data: string): Promise<ServerUser | null> {
  const found = await stat(data).catch(noneThere);
  return found && found.uid !== 0 ? userWithId(found.uid, found.gid) : null;
}

function noneThere(error: unknown): null {
  if (codeOf(error) === 'ENOENT') return null;
  throw error;
}
