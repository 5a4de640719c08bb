import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from './database.js';

describe('a statement of a test', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase('template0');
    await database.query('CREATE SEQUENCE runs');
  });
  afterAll(() => database.drop());

  /** A sequence keeps its place although the statement is undone. */
  const endedTimes = (times: number, code: string) =>
    database.query(
      `DO $$ BEGIN IF nextval('runs') <= ${times} THEN RAISE SQLSTATE '${code}'; END IF; END $$`,
    );
  const runs = async () =>
    (await database.query<{ n: number }>('SELECT last_value::int AS n FROM runs'))[0]?.n;

  it('is run again when PostgreSQL ended it for a deadlock, three times in all', async () => {
    await endedTimes(2, '40P01');
    expect(await runs()).toBe(3);
    await database.query("SELECT setval('runs', 1, false)");
    await expect(endedTimes(3, '40P01')).rejects.toMatchObject({ code: '40P01' });
    expect(await runs()).toBe(3);
  });

  it('is not run again after any other error', async () => {
    await database.query("SELECT setval('runs', 1, false)");
    await expect(endedTimes(1, '23505')).rejects.toMatchObject({ code: '23505' });
    expect(await runs()).toBe(1);
  });
});
