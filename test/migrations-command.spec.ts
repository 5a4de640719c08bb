import { readdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from './support/database.js';
import { galley } from './support/migrations.js';
import { until } from './support/until.js';

/** `1795132800000-create-core.ts` contains CreateCore1795132800000. */
const ALL = readdirSync('migrations')
  .flatMap((file) => [/^(\d+)-([\w-]+)\.ts$/.exec(file)].filter((match) => match !== null))
  .map(([, time, words]) => words!.replace(/(?:^|-)(\w)/g, (_, first: string) => first.toUpperCase()) + time)
  .toSorted((a, b) => Number(a.slice(-13)) - Number(b.slice(-13)));

let empty: TestDatabase;
beforeEach(async () => {
  empty = await createTestDatabase('template0');
});
afterEach(() => empty.drop());

const migrate = (...args: string[]) => galley(['migrate', ...args], { DATABASE_URL: empty.url });
const check = async (...args: string[]) => {
  const command = galley(['migrate:check', ...args], { DATABASE_URL: empty.url });
  return { code: await command.ended, printed: command.stdout() };
};
const applied = async () =>
  (await empty.query<{ name: string }>('SELECT name FROM migrations ORDER BY id')).map(({ name }) => name);

/** Makes each DDL statement take some time, so that a signal arrives before the command ends, on any machine. */
async function slowDown(ms: number): Promise<void> {
  await empty.query('DROP EVENT TRIGGER IF EXISTS slow');
  await empty.query('DROP FUNCTION IF EXISTS slow');
  if (ms === 0) return;
  await empty.query(`CREATE FUNCTION slow() RETURNS event_trigger LANGUAGE plpgsql
    AS $$ BEGIN PERFORM pg_sleep(${ms / 1000}); END $$`);
  await empty.query('CREATE EVENT TRIGGER slow ON ddl_command_start EXECUTE FUNCTION slow()');
}

describe('galley migrate', () => {
  it('reports every step as a line of JSON, and in the last one what came of it', async () => {
    const first = migrate();
    expect(await first.ended).toBe(0);
    expect(first.lines().map(({ msg, migration }) => [msg, migration])).toEqual([
      ...ALL.flatMap((name) => [
        ['started', name],
        ['applied', name],
      ]),
      ['done', undefined],
    ]);
    expect(first.lines()[1]).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      msg: 'applied',
      migration: ALL[0],
      phase: 'expand',
      ms: expect.any(Number),
    });
    expect(first.lines().at(-1)).toMatchObject({ status: 'done', applied: ALL });

    const second = migrate();
    expect(await second.ended).toBe(0);
    expect(second.lines()).toEqual([expect.objectContaining({ status: 'nothing to do', applied: [] })]);
  });

  it('lets several run at once: one does the work, the others wait for it', async () => {
    const commands = [migrate(), migrate(), migrate()];
    expect(await Promise.all(commands.map(({ ended }) => ended))).toEqual([0, 0, 0]);
    const outcomes = commands.map((command) => command.lines().at(-1)?.status as string);
    expect(outcomes.toSorted()).toEqual(['done', 'nothing to do', 'nothing to do']);
    expect(await applied()).toEqual(ALL);
  });

  it('gives up after --wait and says who holds the lock', async () => {
    const holder = new pg.Client({ connectionString: empty.url, application_name: 'a slow one' });
    await holder.connect(); // A pool would close it while a slow machine starts the command.
    await holder.query('SELECT pg_advisory_lock(6284519203)');
    const late = migrate('--wait', '1');
    expect(await late.ended).toBe(1);
    expect(late.stderr()).toMatch(
      /^Another migration is running: a slow one, role \w+, .*PostgreSQL pid \d+, since \d{4}-.*\. Gave up after 1 s/,
    );
    expect(late.lines().map(({ msg }) => msg as string)).toEqual(['waiting', 'failed']);
    await holder.end();
  });

  it('refuses --wait without a number', async () => {
    const wrong = migrate('--wait', 'long');
    expect(await wrong.ended).toBe(1);
    expect(wrong.stderr()).toBe('--wait must be a whole number of seconds, but is long\n');
  });

  it('runs again after kill -9, wherever that hit it', async () => {
    await slowDown(100);
    const ends: (number | null)[] = [];
    for (const printed of ['started', 'applied', 'started']) {
      const command = migrate();
      await until(
        () => command.stdout().includes(`"msg":"${printed}"`) || command.child.exitCode !== null,
        2,
      );
      command.child.kill('SIGKILL');
      ends.push(await command.ended);
    }
    expect(ends).toEqual([null, null, null]);
    await slowDown(0);
    expect(await migrate().ended).toBe(0);
    expect(await applied()).toEqual(ALL);
    expect((await check()).code).toBe(0);
  });
});

describe('galley migrate:check', () => {
  const state = (given: object) => ({
    status: 'equal',
    floor: null,
    newestKnown: ALL.at(-1),
    newestApplied: ALL.at(-1),
    missing: [],
    unknown: [],
    ...given,
  });
  const checked = async () => {
    const { code, printed } = await check('--json');
    return [code, JSON.parse(printed)];
  };

  it('tells with 3 that the database is behind, with 4 that this code is below the floor, with 0 that it may run', async () => {
    expect(await checked()).toEqual([3, state({ status: 'behind', newestApplied: null, missing: ALL })]);
    expect(await migrate().ended).toBe(0);
    const later = 'AddNotes1795999000000';
    await empty.query(`INSERT INTO migrations (timestamp, name) VALUES (1795999000000, $1)`, [later]);
    expect(await checked()).toEqual([0, state({ status: 'ahead', newestApplied: later, unknown: [later] })]);
    await empty.query(`INSERT INTO schema_floors VALUES ($1, 'y')`, [later]);
    expect(await checked()).toEqual([
      4,
      state({ status: 'below-floor', floor: later, newestApplied: later, unknown: [later] }),
    ]);
    const refused = migrate();
    expect(await refused.ended).toBe(1);
    expect(refused.stderr()).toBe(
      `The database requires a release that knows ${later}, and this release does not. Run a newer release, or restore a backup.\n`,
    );
  });

  it('prints the same for people, and changes nothing', async () => {
    const { code, printed } = await check();
    expect(code).toBe(3);
    expect(printed).toContain('behind: the database lacks migrations of this release; run galley migrate');
    expect(printed).toMatch(/^ {2}floor: {10}none$/m);
    expect(printed).toContain(`missing:        ${ALL.join(', ')}`);
    expect(await empty.query(`SELECT to_regclass('migrations') AS made`)).toEqual([{ made: null }]);
  });

  it('says with 1 that it could not tell', async () => {
    const command = galley(['migrate:check', '--json'], {
      DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none',
    });
    expect(await command.ended).toBe(1);
    expect(command.stderr()).toContain('The database cannot be used');
    expect(command.stdout()).toBe('');
  });
});
