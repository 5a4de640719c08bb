import { execFileSync } from 'node:child_process';

const PRODUCTION_TAG = /^v(\d+)\.(\d+)\.(\d+)$/;

/** Runs git in the repository of the migrations. Returns undefined if it fails. */
function git(folder: string, ...args: string[]): string | undefined {
  try {
    return execFileSync('git', ['-C', folder, ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  } catch {
    return undefined;
  }
}

/**
 * Returns the newest tag vX.Y.Z among the ancestors of this commit, which may be in production, or undefined before
 * the first release or outside of a repository.
 * @throws if a shallow clone does not contain the answer
 */
export function newestRelease(folder: string): string | undefined {
  const tags = git(folder, 'tag', '--merged', 'HEAD', '--list', 'v*');
  const newest = tags
    ?.split('\n')
    .filter((tag) => PRODUCTION_TAG.test(tag))
    .sort(byVersion)
    .at(-1);
  if (!newest && git(folder, 'rev-parse', '--is-shallow-repository')?.trim() === 'true')
    throw new Error(
      'This clone is shallow and contains no release. Run git fetch --unshallow --tags (GIT_DEPTH: 0), or use --released TAG or --released none',
    );
  return newest;
}

function numbers(tag: string): [major: number, minor: number, patch: number] {
  const [, major, minor, patch] = PRODUCTION_TAG.exec(tag) ?? [];
  return [Number(major), Number(minor), Number(patch)];
}

function byVersion(left: string, right: string): number {
  const [a, b] = [numbers(left), numbers(right)];
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
}

/** Returns the migrations of a commit, file to content. */
export function migrationsAt(folder: string, ref: string): Map<string, string> {
  const listing = git(folder, 'ls-tree', '--name-only', ref, './');
  if (listing === undefined) throw new Error(`git does not know ${ref}. Fetch it, or name another one`);
  const files = listing.split('\n').filter((file) => /^\d{13}-.*\.ts$/.test(file));
  return new Map(files.map((file) => [file, git(folder, 'show', `${ref}:./${file}`) ?? '']));
}
