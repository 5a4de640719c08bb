import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from '@jest/globals';
import { isServer } from '../src/platform/database/embedded/pid-file.js';
import { until } from './support/until.js';

/** Opens the server of a test run, writes where it is, and stays. */
const PROGRAM = `
  import pg from 'pg';
  const { openServer } = await import(process.argv[1]);
  const { url } = await openServer(process.argv[2]);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query(\`
    SELECT split_part(pg_read_file('postmaster.pid'), chr(10), 1)::int AS pid,
           current_setting('data_directory') AS data\`);
  console.log(JSON.stringify(rows[0]));
`;

it('a test run that is killed leaves neither its PostgreSQL nor its folder', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'galley-killed-'));
  chmodSync(dataDir, 0o711); // If root runs this, the account of the server must be able to enter the folder.
  const testServer = pathToFileURL(resolve('test/support/test-server.ts')).href;
  const run = spawn(process.execPath, ['--input-type=module', '-e', PROGRAM, testServer, dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(run.stdout, 'data')) as [Buffer];
  const { pid, data } = JSON.parse(line.toString()) as { pid: number; data: string };
  expect(await isServer(pid, data)).toBe(true);
  run.kill('SIGKILL');
  await until(async () => !(await isServer(pid, data)) && !existsSync(dataDir));
});
