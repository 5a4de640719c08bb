import { lstat, readFile, symlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { codeOf } from '../../errors/thrown.js';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { copyForEveryone } from './private-copy.js';
import { can, type ServerUser } from './server-user.js';

/** The programs of PostgreSQL, in a folder with bin/, lib/ and share/. */
export interface Binaries {
  root: string;
  /**
   * The version of the npm package, for example 18.4.0-beta.17. Its first number is the major version of
   * PostgreSQL.
   */
  version: string;
}

const PLATFORMS = ['linux-x64', 'linux-arm64', 'darwin-arm64', 'darwin-x64'];

/**
 * Returns the binaries of the npm package for this platform, or a copy below `copies` if the account of the server
 * cannot use node_modules (in a private home directory, or because of a strict umask).
 * @throws EmbeddedPostgresError if there are none, or they do not run on this machine
 */
export async function usableBinaries(
  user: ServerUser | null,
  copies: () => Promise<string>,
): Promise<Binaries> {
  const packaged = await packagedBinaries();
  if ((await restoreLinks(packaged.root)) && (await works(packaged.root, user))) return packaged;
  const copy = join(await copies(), `postgres-${packaged.version}`);
  if (!(await works(copy, user)))
    await copyForEveryone(packaged.root, copy, await listedLinks(packaged.root));
  if (await works(copy, user)) return { ...packaged, root: copy };
  throw new EmbeddedPostgresError(
    `PostgreSQL's programs in ${packaged.root} do not run on this system` +
      `${user ? ` as user ${user.name}` : ''} (on Linux, they require glibc). Set DATABASE_URL to use another PostgreSQL.`,
  );
}

/** Returns the folder of the npm package for the platform. */
export async function packagedBinaries(platform = `${process.platform}-${process.arch}`): Promise<Binaries> {
  if (!PLATFORMS.includes(platform)) {
    throw new EmbeddedPostgresError(
      `There is no embedded PostgreSQL for ${platform}, only for ${PLATFORMS.join(', ')}. Set DATABASE_URL to use another PostgreSQL.`,
    );
  }
  const name = `@embedded-postgres/${platform}`;
  const { postgres } = await (import(name) as Promise<{ postgres: string }>).catch((cause: unknown) => {
    throw new EmbeddedPostgresError(
      `The package ${name} is not installed (npm omits it with --omit=optional). ` +
        'Install it, or set DATABASE_URL to use another PostgreSQL.',
      { cause },
    );
  });
  const root = dirname(dirname(postgres));
  const manifest = JSON.parse(await readFile(join(root, '..', 'package.json'), 'utf8')) as {
    version: string;
  };
  return { root, version: manifest.version };
}

/** Checks what runs at the start and what is opened only later. */
function works(root: string, user: ServerUser | null): Promise<boolean> {
  const test =
    '[ -x "$1/bin/initdb" ] && [ -r "$1/share/postgresql/postgres.bki" ] && "$1/bin/postgres" --version';
  return can(user, test, root);
}

/** A link between shared libraries: `name` next to the file to which it points. */
export interface LibraryLink {
  path: string;
  target: string;
}

/** npm packages cannot contain links, so the package lists them for its install script. */
async function listedLinks(root: string): Promise<LibraryLink[]> {
  const list = await readFile(join(root, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const links = JSON.parse(list) as { source: string; target: string }[];
  return links.map(({ source, target }) => ({
    path: target.replace(/^native\//, ''),
    target: basename(source),
  }));
}

/**
 * Creates the links if the package was installed without scripts.
 * @returns false if node_modules is read-only
 */
async function restoreLinks(root: string): Promise<boolean> {
  for (const { path, target } of await listedLinks(root)) {
    const link = join(root, path);
    try {
      await lstat(link);
    } catch {
      const fault = await symlink(target, link).catch(codeOf);
      if (fault && fault !== 'EEXIST') return false;
    }
  }
  return true;
}
