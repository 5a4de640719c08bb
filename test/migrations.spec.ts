import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import '../src/app.module.js';
import { migrate } from '../src/platform/database/migrate.js';
import type { MigrationStep } from '../src/platform/database/migration-step.js';
import { buildIndex } from '../migrations/build-index.js';
import { createTestDatabase, type TestDatabase } from './support/database.js';
import { isLockAwaited } from './support/lock-waits.js';
import { aMigration, sourceWith } from './support/migrations.js';
import { until } from './support/until.js';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

type Migrations = Parameters<typeof sourceWith>[1];

/** Migrates like a release that contains these migrations. */
async function run(migrations: Migrations, report?: (step: MigrationStep) => void): Promise<string[]> {
  const source = await sourceWith(database.url, migrations);
  return migrate(source, { report }).finally(() => source.destroy());
}
const recorded = async () =>
  (
    await database.query<{ name: string }>(`SELECT name FROM migrations WHERE name LIKE 'Step%' ORDER BY id`)
  ).map(({ name }) => name.replace(/^Step90+/, ''));
/** A session that keeps a transaction open on `table` until it is ended. */
async function holding(statement: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: database.url, application_name: 'a long report' });
  await client.connect();
  await client.query('BEGIN');
  await client.query(statement);
  return client;
}
const indexes = (name: string) =>
  database.query('SELECT indisvalid AS valid FROM pg_index WHERE indexrelid = to_regclass($1)', [name]);

const buildWaits = () => isLockAwaited(database, 'CREATE INDEX CONCURRENTLY%');

const notes = aMigration(1, [
  'CREATE TABLE notes (id int, text text)',
  'CREATE INDEX notes_id_idx ON notes (id)',
]);
const indexed = aMigration(2, (runner) => buildIndex(runner, 'notes_text_idx', 'ON notes (text)'), {
  transaction: false,
});
const contracted = aMigration(3, ['ALTER TABLE notes DROP COLUMN id'], {
  phase: 'contract',
  completes: 'Step9000000000001',
});

describe('a migration', () => {
  it('that fails leaves nothing, and stops those after it', async () => {
    const wrong = aMigration(2, ['CREATE TABLE half (id int)', 'SELECT 1 / 0']);
    await expect(run([notes, wrong, contracted])).rejects.toThrow(
      'Migration Step9000000000002 failed: division by zero (22012). It was rolled back, and nothing was changed.',
    );
    expect(await recorded()).toEqual(['1']);
    expect(await database.query(`SELECT to_regclass('half') AS half`)).toEqual([{ half: null }]);
  });

  it('that lacks a right names the file that grants it', async () => {
    const denied = aMigration(1, [
      `DO $$ BEGIN RAISE insufficient_privilege USING MESSAGE = 'permission denied for database galley'; END $$`,
    ]);
    await expect(run([denied])).rejects.toThrow(
      /permission denied for database galley \(42501\)\. .* run deploy\/sql\/roles\.sql of this release as an administrator/,
    );
  });

  it('waits shortly for its lock, steps aside, and tries again until the long transaction has ended', async () => {
    await run([notes]);
    const reader = await holding('SELECT FROM notes');
    const steps: MigrationStep[] = [];
    const migrated = run([notes, contracted], (step) => steps.push(step));
    await until(() => steps.some(({ step }) => step === 'retrying'));
    // Between two attempts, no request queues behind it.
    await database.query('INSERT INTO notes (id) VALUES (1)');
    await reader.query('COMMIT');
    await reader.end();
    expect(await migrated).toEqual(['Step9000000000003']);
    expect(steps.find(({ step }) => step === 'retrying')).toMatchObject({
      migration: 'Step9000000000003',
      attempt: 1,
      reason: expect.stringMatching(
        /lock timeout; open transactions: pid \d+ \(a long report, role \w+\) for \d+ s/,
      ),
    });
  });

  it('has no time limit of its own, whatever the role has set', async () => {
    await database.query(`ALTER ROLE CURRENT_USER IN DATABASE ${new URL(database.url).pathname.slice(1)}
      SET statement_timeout = '100ms'`);
    const slow = aMigration(1, ['CREATE TABLE notes (id int)', 'SELECT pg_sleep(0.4)']);
    expect(await run([slow])).toEqual(['Step9000000000001']);
  });

  it('that contracts stores the floor with its work, or not at all', async () => {
    const floors = () => database.query('SELECT migration, completed_by FROM schema_floors');
    const failing = aMigration(3, ['ALTER TABLE notes DROP COLUMN nothing'], {
      phase: 'contract',
      completes: 'Step9000000000001',
    });
    await expect(run([notes, failing])).rejects.toThrow('42703');
    expect(await floors()).toEqual([]);
    await run([notes, contracted]);
    expect(await floors()).toEqual([{ migration: 'Step9000000000001', completed_by: 'Step9000000000003' }]);
  });

  it('is refused to code from before a contract', async () => {
    await run([notes, contracted]);
    await expect(run([aMigration(5, ['CREATE TABLE more (id int)'])])).rejects.toThrow(
      'requires a release that knows Step9000000000001',
    );
    expect(await recorded()).toEqual(['1', '3']);
  });
});

describe('a concurrent index build', () => {
  it('does not deadlock with others that wait to migrate', async () => {
    await run([notes]);
    const writer = await holding('INSERT INTO notes (id) VALUES (1)');
    // A build waits for sessions that write to the table or hold a snapshot: for the writer, but never for
    // sessions that wait.
    const steps: MigrationStep[] = [];
    const all = Promise.all([1, 2, 3].map(() => run([notes, indexed], (step) => steps.push(step))));
    await until(() => steps.filter(({ step }) => step === 'waiting').length === 2);
    await until(buildWaits);
    await writer.query('COMMIT');
    await writer.end();
    expect((await all).flat()).toEqual(['Step9000000000002']);
    expect(await indexes('notes_text_idx')).toEqual([{ valid: true }]);
  });

  it('drops the invalid leftover of a build that was cut off', async () => {
    await run([notes]);
    const reader = await holding('INSERT INTO notes (id) VALUES (1)');
    const client = await holding('SELECT 1');
    await client.query('COMMIT');
    await client.query(`SET lock_timeout = '200ms'`);
    await expect(client.query('CREATE INDEX CONCURRENTLY notes_text_idx ON notes (text)')).rejects.toThrow(
      'timeout',
    );
    await client.end();
    await reader.query('COMMIT');
    await reader.end();
    expect(await indexes('notes_text_idx')).toEqual([{ valid: false }]);
    await run([notes, indexed]);
    expect(await indexes('notes_text_idx')).toEqual([{ valid: true }]);
  });

  it('keeps an index that was finished and not recorded', async () => {
    await run([notes]);
    await database.query('CREATE INDEX notes_text_idx ON notes (text)');
    const before = await database.query(`SELECT 'notes_text_idx'::regclass::oid AS oid`);
    await run([notes, indexed]);
    expect(await database.query(`SELECT 'notes_text_idx'::regclass::oid AS oid`)).toEqual(before);
    expect(await recorded()).toEqual(['1', '2']);
  });
});

describe('a connection that is cut', () => {
  /** Breaks the connection of the migration before its nth statement, like kill -9. */
  function cutAt(nth: number): () => boolean {
    const original = Reflect.get(pg.Client.prototype, 'query') as (...given: unknown[]) => unknown;
    let count = 0;
    let cut = false;
    pg.Client.prototype.query = function (this: pg.Client, ...args: unknown[]) {
      const text = typeof args[0] === 'string' ? args[0] : '';
      const migrating = /galley migrate/.test(String((args[1] as unknown[] | undefined)?.[0]));
      if (migrating || count > 0) count++;
      if (count === nth && !cut && text) {
        cut = true;
        (this as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
      }
      return original.apply(this, args);
    } as never;
    return () => {
      pg.Client.prototype.query = original as never;
      return cut;
    };
  }

  it('at any statement leaves a database on which the next run ends the work', async () => {
    const release = [notes, indexed, contracted];
    let cuts = 0;
    for (let nth = 1; ; nth++) {
      const restore = cutAt(nth);
      const outcome = await run(release).then(
        () => 'done',
        () => 'cut',
      );
      if (!restore()) break;
      cuts++;
      // Only the release of the lock was lost.
      if (outcome === 'done') expect(await recorded()).toEqual(['1', '2', '3']);
      await run(release);
      expect(await recorded()).toEqual(['1', '2', '3']);
      expect(await indexes('notes_text_idx')).toEqual([{ valid: true }]);
      expect(await database.query('SELECT migration FROM schema_floors')).toEqual([
        { migration: 'Step9000000000001' },
      ]);
      await database.query('DROP TABLE notes');
      await database.query(`DELETE FROM migrations WHERE name LIKE 'Step%'`);
      await database.query('DELETE FROM schema_floors');
    }
    expect(cuts).toBeGreaterThan(20);
  });
});
