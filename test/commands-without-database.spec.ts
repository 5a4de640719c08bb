import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { command } from './support/command.js';
import { createTestDatabase, type TestDatabase } from './support/database.js';
import { isLockAwaited } from './support/lock-waits.js';
import { until } from './support/until.js';

const USER_CREATE = ['user:create', '--email', 'ada@example.com', '--role', 'admin'];
const POST = join(tmpdir(), `a-post-${process.pid}.ndjson`);

describe('a command that cannot connect to the database', () => {
  it.each([
    ['migrate:check'],
    USER_CREATE,
    ['import', POST],
    ['export'],
    ['seed', '--posts', '1'],
    ['key:rotate'],
    ['audit:erase', '--user', '019a2f6e-2222-7b1e-9c55-0f2d6f1c8a41'],
  ])('states why, and which setting to check: %s', async (...args) => {
    writeFileSync(POST, '{}\n');
    const { code, errors } = await command(args, 'postgresql://nobody@127.0.0.1:1/none', {
      input: 'correct horse battery staple\n',
    });
    expect({ code, errors }).toEqual({
      code: 1,
      errors: 'The database cannot be used: connect ECONNREFUSED 127.0.0.1:1. Check DATABASE_URL.\n',
    });
  });
});

describe('a command whose connection ends', () => {
  let database: TestDatabase;
  let holder: pg.Client;
  beforeAll(async () => {
    database = await createTestDatabase();
    holder = new pg.Client({ connectionString: database.url });
    await holder.connect();
    await holder.query('BEGIN');
    await holder.query('LOCK TABLE users, posts');
  });
  afterAll(async () => {
    await holder.end();
    await database.drop();
  });

  it.each([
    [
      'may not have saved what it should write',
      'The changes of this command may not be saved. ',
      USER_CREATE,
    ],
    ['says nothing about changes if it writes none', '', ['export']],
  ])('%s', async (_title, loss, args) => {
    let outcome: Awaited<ReturnType<typeof command>> | undefined;
    const running = command(args, database.url, { input: 'correct horse battery staple\n' });
    void running.then((result) => (outcome = result));
    await until(() => isLockAwaited(database));
    await until(async () => {
      await database.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'`);
      return outcome !== undefined;
    });
    expect(outcome).toMatchObject({
      code: 1,
      errors: `The database has ended the connection (SQLSTATE 57P01). ${loss}Run the command again.\n`,
    });
  });
});
