import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { EmbeddedPostgres } from '../src/platform/database/embedded/embedded-postgres.js';
import { bareCommand } from './support/command.js';
import { until } from './support/until.js';

/** The state after cloning the repository without any setting: the embedded database and all defaults. */
let folder: string;
let server: ReturnType<typeof spawn>;
let output = '';
let port: number;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'galley-first-run-'));
  chmodSync(folder, 0o711);
  server = spawn(process.execPath, ['dist/main.js'], {
    env: { PATH: process.env.PATH, GALLEY_DATA_DIR: folder, PORT: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [server.stdout, server.stderr])
    stream?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  await until(() => {
    if (server.exitCode !== null) throw new Error(`ended: ${output}`);
    return output.includes('"msg":"listening"');
  });
  port = Number(/"url":"http:\/\/[^"]*:(\d+)"/.exec(output)?.[1]);
});
afterAll(async () => {
  server.kill('SIGTERM');
  if (server.exitCode === null) await once(server, 'exit');
  rmSync(folder, { recursive: true, force: true });
});

/** Runs a command as a user enters it there. */
const galley = (args: string[], settings: Record<string, string> = {}) =>
  bareCommand(args, { GALLEY_DATA_DIR: folder, ...settings });

describe('a first run without settings', () => {
  it('is well, as doctor sees it', async () => {
    const { code, output } = await galley(['doctor'], { PORT: String(port) });
    expect(output).not.toContain('FAIL');
    expect(code).toBe(0);
  });

  it('listens on loopback alone, because registration and metrics are open', async () => {
    const answers = (host: string) =>
      new Promise<boolean>((resolve) => {
        const socket = connect({ host, port }, () => resolve(true)).on('error', () => resolve(false));
        socket.unref();
      });
    expect(await answers('127.0.0.1')).toBe(true);
    expect(await answers('127.0.0.2')).toBe(false); // A server on 0.0.0.0 would respond there.
  });

  it('uses the database as the role that reads and writes rows, and no more', async () => {
    const database = await EmbeddedPostgres.open({ dataDir: folder });
    const administrator = new pg.Client({ connectionString: database.url });
    const asApp = new pg.Client({ connectionString: (await database.roles()).url });
    try {
      await administrator.connect();
      await asApp.connect();
      const { rows } = await administrator.query<{ usename: string }>(
        `SELECT DISTINCT usename FROM pg_stat_activity WHERE application_name = 'galley'`,
      );
      expect(rows).toEqual([{ usename: 'galley_app' }]);
      const role = await asApp.query(
        'SELECT rolsuper, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = user',
      );
      expect(role.rows).toEqual([{ rolsuper: false, rolcreaterole: false, rolcreatedb: false }]);
      await asApp.query('SELECT count(*) FROM users');
      for (const forbidden of ['CREATE TABLE x (y int)', 'ALTER TABLE users ADD x int', 'TRUNCATE users'])
        await expect(asApp.query(forbidden)).rejects.toMatchObject({ code: '42501' });
      await expect(asApp.query(`COPY users TO PROGRAM 'cat'`)).rejects.toMatchObject({ code: '42501' });
    } finally {
      await asApp.end();
      await administrator.end();
      await database.release();
    }
  });

  it('of data that an earlier release made as one role gives it to the two', async () => {
    const database = await EmbeddedPostgres.open({ dataDir: folder, database: 'earlier' });
    const administrator = new pg.Client({ connectionString: database.url });
    try {
      await administrator.connect();
      await administrator.query('CREATE TABLE kept (answer int); INSERT INTO kept VALUES (7)');
      const { url, migrationUrl } = await database.roles();
      for (const [as, statement] of [
        [migrationUrl, 'ALTER TABLE kept ADD more int'],
        [url, 'UPDATE kept SET more = 1'],
      ]) {
        const session = new pg.Client({ connectionString: as });
        await session.connect();
        await session.query(statement as string);
        await session.end();
      }
    } finally {
      await administrator.end();
      await database.release();
    }
  });
});

describe('settings that mean nothing', () => {
  it('are warned of at the start, and faults of a strict check', async () => {
    const mistaken = { DATABSE_URL: 'postgresql://db/x', REDIS_TLS: 'true' };
    const lenient = await galley(['config:check'], mistaken);
    expect(lenient.code).toBe(0);
    expect(lenient.errors).toContain('warning: DATABSE_URL is not a setting. Did you mean DATABASE_URL?\n');
    const strict = await galley(['config:check', '--strict'], { ...mistaken, PORT: 'x' });
    expect(strict.code).toBe(78);
    expect(strict.errors).toMatch(
      /PORT must be .*\n {2}DATABSE_URL is not .*\n {2}REDIS_TLS is set and has no effect/,
    );
  });
});
