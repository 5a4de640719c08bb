import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { type Galley, startGalley } from './support/galley.js';

let galley: Galley;
beforeEach(async () => {
  galley = await startGalley();
});
afterEach(async () => {
  jest.restoreAllMocks();
  await galley.stop();
});

const ready = async () => {
  const { status, body } = await galley.anyone.get('/health/ready');
  return [status, (body.error.database?.message as string | undefined) ?? 'up'];
};
/** Waits until the cached state of the schema has expired. */
const later = () => {
  const now = performance.now.bind(performance);
  jest.spyOn(performance, 'now').mockImplementation(() => now() + 10_500);
};
const LATER = [1_999_000_000_000, 'AddLater1999000000000'];

describe('readiness', () => {
  it('accepts a database that is ahead: the release before runs on the schema of the next', async () => {
    await galley.database.query('INSERT INTO migrations (timestamp, name) VALUES ($1, $2)', LATER);
    expect(await ready()).toEqual([200, 'up']);
  });

  it('refuses one that is behind, and comes up by itself once it was migrated', async () => {
    const [last] = await galley.database.query<{ name: string; timestamp: string }>(
      'DELETE FROM migrations WHERE id = (SELECT max(id) FROM migrations) RETURNING timestamp, name',
    );
    expect(await ready()).toEqual([
      503,
      'the schema lacks migrations of this release (1); run galley migrate',
    ]);
    await galley.database.query('INSERT INTO migrations (timestamp, name) VALUES ($1, $2)', [
      last?.timestamp,
      last?.name,
    ]);
    expect(await ready()).toEqual([200, 'up']);
  });

  it('refuses a schema whose floor this release does not know', async () => {
    await galley.database.query(`INSERT INTO schema_floors VALUES ($1, 'a contract')`, [LATER[1]]);
    expect(await ready()).toEqual([503, 'the schema is newer than this release; run a newer release']);
  });

  it('notices within ten seconds that a contract has raised the floor above it, and asks no oftener', async () => {
    expect(await ready()).toEqual([200, 'up']);
    await galley.database.query(`INSERT INTO schema_floors VALUES ($1, 'a contract')`, [LATER[1]]);
    expect(await ready()).toEqual([200, 'up']);
    later();
    expect(await ready()).toEqual([503, 'the schema is newer than this release; run a newer release']);
    await galley.anyone.get('/health/live').expect(200);
  });

  it('answers in time while a migration holds the table of migrations', async () => {
    await galley.database.query(
      `DO $$ BEGIN LOCK TABLE migrations IN ACCESS EXCLUSIVE MODE; PERFORM pg_sleep(0.01); END $$`,
    );
    expect(await ready()).toEqual([200, 'up']);
  });
});
