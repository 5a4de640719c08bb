import { createHash } from 'node:crypto';
import { chmod, mkdir, realpath, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { codeOf } from '../../errors/thrown.js';
import { EmbeddedPostgresError, explaining } from './embedded-postgres-error.js';
import { isThere } from './files.js';
import { recordedLocation, relocate, sharedPlace } from './relocation.js';
import { canEnter, existingServerUser, userWithId, type ServerUser } from './server-user.js';

/** The location of the database and its owner. */
export interface Place {
  /** The absolute path of the folder that contains everything below. */
  location: string;
  /** True if the location is not below the requested data folder. */
  relocated: boolean;
  /** The data directory of PostgreSQL. It does not exist before the first start. */
  data: string;
  /** The folder of the Unix socket, with mode 0700. */
  socketDir: string;
  passwordFile: string;
  logFile: string;
  /**
   * Returns the folder for copies of programs that the server cannot use in node_modules. It is created only when
   * this is called.
   */
  copies: () => Promise<string>;
  /** The account of the server, or null for the account that runs Galley. */
  user: ServerUser | null;
}

/** The file name of the socket contains port 5432. Nothing listens on a network port. */
export const PORT = 5432;

/** sun_path contains 108 bytes on Linux and 104 on macOS, including the final NUL. */
const LONGEST_SOCKET_PATH = 100;

/**
 * Decides the location of the database of a data folder: the location of an earlier start, or the folder itself, or
 * (as root, if the account of the server cannot access the folder) a shared location.
 * @throws EmbeddedPostgresError if the folder cannot be used
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

/** Folders of root have mode 0711, so that the account of the server can pass through without listing them. */
async function makePassage(path: string, asRoot: boolean): Promise<void> {
  await mkdir(dirname(path), { recursive: true }); // Parent folders get the default mode.
  try {
    // Another process that starts at the same time must not see a folder that nobody can pass through yet.
    await mkdir(path, { mode: asRoot ? 0o711 : 0o700 });
    if (asRoot) await chmod(path, 0o711); // The umask can be strict.
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

/** Returns the same path for the same location, so that pools find a restarted server. */
function socketDirectory(location: string): string {
  const beside = join(location, 'run');
  if (Buffer.byteLength(join(beside, `.s.PGSQL.${PORT}`)) <= LONGEST_SOCKET_PATH) return beside;
  // This is not os.tmpdir(), because TMPDIR can differ between a server and a command.
  return `/tmp/galley-${createHash('sha256').update(location).digest('hex').slice(0, 20)}`;
}

/** Data that belongs to an ordinary user is served with that account, so that the user can continue to use it. */
async function ownerOf(data: string): Promise<ServerUser | null> {
  const found = await stat(data).catch(noneThere);
  return found && found.uid !== 0 ? userWithId(found.uid, found.gid) : null;
}

function noneThere(error: unknown): null {
  if (codeOf(error) === 'ENOENT') return null;
  throw error;
}
