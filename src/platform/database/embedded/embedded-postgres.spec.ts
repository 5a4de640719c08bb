import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { until } from '../../../../test/support/until.js';
import { EmbeddedPostgres, type EmbeddedPostgresOptions } from './embedded-postgres.js';
import { runningServer } from './pid-file.js';

describe('an embedded PostgreSQL', () => {
  let dataDir: string;
  let opened: EmbeddedPostgres[];

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'galley-embedded-'));
    // The account of the server must be able to enter the folder if root runs the tests.
    await chmod(dataDir, 0o711);
    opened = [];
  });

  afterEach(async () => {
    await Promise.all(opened.map((database) => database.release()));
    await rm(dataDir, { recursive: true });
  });

  async function open(options: Partial<EmbeddedPostgresOptions> = {}): Promise<EmbeddedPostgres> {
    const database = await EmbeddedPostgres.open({ dataDir, ...options });
    opened.push(database);
    return database;
  }

  const server = () => runningServer(join(dataDir, 'postgres', 'data'));

  it('serves a durable UTF-8 database by its URL, and keeps rows over a restart', async () => {
    const first = await open();
    expect(await ask(first, `SELECT current_database() AS answer`)).toBe('rest_api_db');
    expect(await ask(first, `SELECT lower('ÄÉ') || current_setting('fsync') AS answer`)).toBe('äéon');
    await ask(first, 'CREATE TABLE kept AS SELECT 7 AS answer');
    await first.release();
    expect(await server()).toBeNull();
    expect(await ask(await open(), 'SELECT answer FROM kept')).toBe(7);
  });

  it('lets nobody else in: no network port, a private socket, a password', async () => {
    const database = await open();
    expect(await ask(database, `SELECT current_setting('listen_addresses') AS answer`)).toBe('');
    expect((await stat(database.connection.host)).mode & 0o777).toBe(0o700);
    expect((await stat(join(database.location, 'password'))).mode & 0o777).toBe(0o600);
    const guess = new pg.Client({ ...database.connection, password: 'guess' });
    await expect(guess.connect()).rejects.toMatchObject({ code: '28P01' });
  });

  it('is one server for all that open it at once, and stops with the last', async () => {
    const all = await Promise.all([open(), open(), open()]);
    const started = 'SELECT pg_postmaster_start_time()::text AS answer';
    expect(new Set(await Promise.all(all.map((each) => ask(each, started)))).size).toBe(1);
    await Promise.all(all.slice(1).map((each) => each.release()));
    expect(await server()).not.toBeNull();
    await all[0]?.release();
    expect(await server()).toBeNull();
  });

  it('starts a killed server again at the same address', async () => {
    let lost = 0;
    const database = await open({ onLost: () => lost++ });
    process.kill((await server())!.pid, 'SIGKILL');
    await until(async () => (await ask(database, 'SELECT 1 AS answer').catch(() => undefined)) === 1);
    expect(lost).toBe(1);
  });

  it('starts although another program has the pid of a killed server', async () => {
    await (await open()).release();
    const stale = `${process.pid}\n${dataDir}/postgres/data\n1\n5432\n/nowhere\n\n  1  1\nready\n`;
    await writeFile(join(dataDir, 'postgres', 'data', 'postmaster.pid'), stale, { mode: 0o666 });
    await chmod(join(dataDir, 'postgres', 'data', 'postmaster.pid'), 0o666);
    expect(await ask(await open(), 'SELECT 1 AS answer')).toBe(1);
  });

  it('closes a data directory that somebody opened, and starts', async () => {
    await (await open()).release();
    await chmod(join(dataDir, 'postgres', 'data'), 0o755);
    expect(await ask(await open(), 'SELECT 1 AS answer')).toBe(1);
  });

  it('names both versions when the data is of another one', async () => {
    await (await open()).release();
    const path = join(dataDir, 'postgres', 'data', 'PG_VERSION');
    const version = await readFile(path, 'utf8');
    await writeFile(path, '17\n');
    await expect(open()).rejects.toThrow(/created by PostgreSQL 17, .* PostgreSQL 18/);
    await writeFile(path, version);
  });

  it('says with the server’s own words why it does not start', async () => {
    await expect(open({ settings: { max_connections: 'many' } })).rejects.toThrow(
      /exited immediately after its start .*invalid value for parameter "max_connections": "many"/s,
    );
  });

  it('refuses a data folder that is a file, by its path', async () => {
    const file = join(dataDir, 'file');
    await writeFile(file, '');
    await expect(open({ dataDir: file })).rejects.toThrow(`Cannot use the data folder ${file}`);
  });
});

async function ask(database: EmbeddedPostgres, sql: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: database.url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rows } = await client.query<{ answer: unknown }>(sql);
    return rows[0]?.answer;
  } finally {
    await client.end();
  }
}
