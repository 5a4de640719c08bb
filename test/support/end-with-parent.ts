/**
 * Stops the PostgreSQL of the data folder in the first argument and removes the folder, as soon as the process that
 * started this one has ended. Standard input is a pipe from that process, which the kernel closes whatever ended it.
 */
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import { isMain } from '../../scripts/tools/main.ts';

async function endWithParent(dataDir: string): Promise<void> {
  await finished(process.stdin.resume());
  if (!existsSync(dataDir)) return; // The parent has closed it.
  try {
    const { EmbeddedPostgres } = await import('#dist/platform/database/embedded/embedded-postgres.js');
    const server = await EmbeddedPostgres.open({ dataDir, database: 'template' });
    await server.release(); // The last user stops the server.
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

if (isMain(import.meta)) await endWithParent(process.argv[2] ?? '');
