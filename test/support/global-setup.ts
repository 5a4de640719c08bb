import { execFile } from 'node:child_process';
import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { openServer, running } from './test-server.ts';

/**
 * Starts one PostgreSQL for all test files and creates one migrated database, which each file clones (about 0.1 s).
 * GALLEY_TEST_SERVER names another server, for example the service container of a job. If that server already
 * contains a database `template`, another release has migrated it (scripts/compat-previous), and it is not changed.
 */
export default async function setUp(): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'galley-test-'));
  await chmod(dataDir, 0o711); // If root runs this, the account of the server must be able to enter the folder.
  const given = process.env.GALLEY_TEST_SERVER;
  const server = given === undefined ? await openServer(dataDir) : undefined;
  const url = server?.url ?? templateOf(given ?? '');
  if (server || (await createTemplate(url))) await migrate(url, dataDir);
  process.env.GALLEY_TEST_SERVER = url;
  running.set({ server, dataDir });
}

function templateOf(given: string): string {
  const url = new URL(given);
  url.pathname = '/template';
  return url.href;
}

/** @returns false if it exists already */
async function createTemplate(url: string): Promise<boolean> {
  const admin = new URL(url);
  admin.pathname = '/postgres';
  const client = new pg.Client({ connectionString: admin.href });
  await client.connect();
  try {
    await client.query('CREATE DATABASE template');
    return true;
  } catch (error) {
    if ((error as pg.DatabaseError).code === '42P04') return false; // duplicate_database
    throw error;
  } finally {
    await client.end();
  }
}

async function migrate(url: string, dataDir: string): Promise<void> {
  await promisify(execFile)(process.execPath, ['dist/cli.js', 'migrate'], {
    env: { PATH: process.env.PATH, NODE_ENV: 'test', GALLEY_DATA_DIR: dataDir, DATABASE_URL: url },
  });
}
