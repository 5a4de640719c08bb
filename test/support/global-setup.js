import { execFile } from 'node:child_process';
import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { EmbeddedPostgres } from '../../dist/platform/database/embedded/embedded-postgres.js';

/**
 * One PostgreSQL for all test files, and one migrated database that each file
 * clones (about 0.1 s). It keeps nothing, so it need not wait for the disk.
 */
export default async function setUp() {
  const dataDir = await mkdtemp(join(tmpdir(), 'galley-test-'));
  await chmod(dataDir, 0o711); // as root, the server's own account has to get in
  const server = await EmbeddedPostgres.open({
    dataDir,
    database: 'template',
    settings: { fsync: 'off', full_page_writes: 'off', max_connections: '200' },
  });
  await promisify(execFile)(process.execPath, ['dist/cli.js', 'migrate'], {
    env: { PATH: process.env.PATH, NODE_ENV: 'test', GALLEY_DATA_DIR: dataDir, DATABASE_URL: server.url },
  });
  process.env.GALLEY_TEST_SERVER = server.url;
  globalThis.galleyTestServer = { server, dataDir };
}
