/**
 * Starts a PostgreSQL for the story tests of another release until SIGTERM, and writes its URL to the file in the
 * first argument. Requires dist/.
 */
import { chmod, mkdtemp, rename, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isMain } from '../../scripts/tools/main.ts';
import { openServer } from './test-server.ts';

async function serveDatabase(file: string): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'galley-compat-'));
  await chmod(dataDir, 0o711); // If root runs this, the account of the server must be able to enter the folder.
  const server = await openServer(dataDir);
  await writeFile(`${file}.new`, server.url);
  await rename(`${file}.new`, file);
  // A signal listener alone does not keep a process running.
  const alive = setInterval(() => undefined, 60_000);
  await Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
  clearInterval(alive);
  await server.close();
}

if (isMain(import.meta)) await serveDatabase(process.argv[2] ?? '');
