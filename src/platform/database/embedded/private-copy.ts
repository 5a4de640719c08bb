import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { chmod, copyFile, lstat, mkdir, readdir, readlink, rename, rm, symlink } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import { explaining } from './embedded-postgres-error.js';
import { isThere } from './files.js';

/**
 * Copies programs (about 60 MB) to a folder where every account can run them, whatever their modes were. The copy
 * is atomic. An existing copy that does not work is replaced.
 */
export async function copyForEveryone(
  from: string,
  to: string,
  links: { path: string; target: string }[],
): Promise<void> {
  const draft = `${to}.${randomBytes(6).toString('hex')}`;
  await explaining(`copy PostgreSQL's programs to ${to}`, async () => {
    try {
      await mkdir(dirname(to), { recursive: true, mode: 0o755 });
      await copyTree(from, draft);
      for (const { path, target } of links) {
        if (!(await isThere(join(draft, path)))) await symlink(target, join(draft, path));
      }
      await swapIn(draft, to);
    } finally {
      await rm(draft, { recursive: true, force: true });
    }
  });
}

async function copyTree(from: string, to: string): Promise<void> {
  await mkdir(to);
  await chmod(to, 0o755); // The umask restricts the mode of mkdir.
  for (const name of await readdir(from)) {
    if (extname(name) === '.a') continue; // These files are only for compilers.
    const [source, target] = [join(from, name), join(to, name)];
    const found = await lstat(source);
    if (found.isDirectory()) await copyTree(source, target);
    else if (found.isSymbolicLink()) await symlink(await readlink(source), target);
    else {
      await copyFile(source, target, constants.COPYFILE_FICLONE);
      await chmod(target, found.mode & 0o100 ? 0o755 : 0o644);
    }
  }
}

/** A rename cannot replace a folder that is not empty, so the existing one is moved first. */
async function swapIn(draft: string, to: string): Promise<void> {
  const old = `${draft}.old`;
  if (await isThere(to)) await rename(to, old);
  try {
    await rename(draft, to);
  } catch (error) {
    if (!(await isThere(to))) throw error; // Otherwise a concurrent process has created an equal copy.
  }
  await rm(old, { recursive: true, force: true });
}
