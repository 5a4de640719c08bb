import { lstat, readFile, symlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { codeOf, EmbeddedPostgresError } from './embedded-postgres-error.js';
import { copyForEveryone } from './private-copy.js';
import { can, type ServerUser } from './server-user.js';

/** Real PostgreSQL programs, in a folder that holds bin/, lib/ and share/. */
export interface Binaries {
  root: string;
  /** Of the npm package, such as 18.4.0-beta.17; its first number is PostgreSQL's major version. */
  version: string;
}

const platforms = ['linux-x64', 'linux-arm64', 'darwin-arm64', 'darwin-x64'];

/**
 * The binaries of the npm package for this platform, or a copy below `copies` where the account of
 * the server cannot use those in node_modules (below a closed home, or with modes of a strict umask).
 * @throws EmbeddedPostgresError when there are none, or they do not run here
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

/** Where the platform's npm package keeps its programs. */
export async function packagedBinaries(platform = `${process.platform}-${process.arch}`): Promise<Binaries> {
  if (!platforms.includes(platform)) {
    throw new EmbeddedPostgresError(
      `There is no embedded PostgreSQL for ${platform}, only for ${platforms.join(', ')}. Set DATABASE_URL to use another PostgreSQL.`,
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

/** The test covers what runs at start and what is opened only later. */
function works(root: string, user: ServerUser | null): Promise<boolean> {
  const test =
    '[ -x "$1/bin/initdb" ] && [ -r "$1/share/postgresql/postgres.bki" ] && "$1/bin/postgres" --version';
  return can(user, test, root);
}

/** A link between shared libraries: `name` beside the file it points to. */
export interface LibraryLink {
  path: string;
  target: string;
}

/** npm packages cannot carry links, so this one lists them for its install script. */
async function listedLinks(root: string): Promise<LibraryLink[]> {
  const list = await readFile(join(root, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const links = JSON.parse(list) as { source: string; target: string }[];
  return links.map(({ source, target }) => ({
    path: target.replace(/^native\//, ''),
    target: basename(source),
  }));
}

/** Makes the links of an install without scripts. @returns false when node_modules is read-only */
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
