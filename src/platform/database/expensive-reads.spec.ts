import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import sql, { type Sql } from 'sql-template-tag';
import type { Config } from '../config/config.js';
import { Busy, ValidationFailed } from '../errors/problems.js';
import type { Database } from './database.js';
import { ExpensiveReads } from './expensive-reads.js';

const CONCURRENCY = 2;
const WAITING = 16;

/** ExpensiveReads over a database that answers when it is told to. */
function searchesThatWait() {
  const running: (() => void)[] = [];
  const database = {
    query: ({ values: [q] }: Sql) => Promise.resolve([{ indexed: q === '-a' ? '' : `'${String(q)}'` }]),
    transaction: () => new Promise<void>((resolve) => running.push(resolve)),
  } as unknown as Database;
  const config = { SEARCH_CONCURRENCY: CONCURRENCY, SEARCH_TIMEOUT_MS: 500 } as Config;
  return { searches: new ExpensiveReads(database, config), running };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('the bulkhead of searches', () => {
  let clock: jest.SpiedFunction<typeof performance.now>;
  beforeEach(() => void (clock = jest.spyOn(performance, 'now').mockReturnValue(0)));
  afterEach(() => clock.mockRestore());

  it('runs so many at once, lets eight times as many wait, and refuses the next', async () => {
    const { searches, running } = searchesThatWait();
    const search = () => searches.search('a', sql`SELECT 1`, 'anonymous');
    const held = Array.from({ length: CONCURRENCY + WAITING }, search);
    await settled();
    expect(running).toHaveLength(CONCURRENCY);
    await expect(search()).rejects.toBeInstanceOf(Busy);
    while (running.length > 0) {
      running.pop()?.();
      await settled();
    }
    expect(await Promise.all(held)).toHaveLength(CONCURRENCY + WAITING);
    void search();
    await settled();
    expect(running).toHaveLength(1);
  });

  it('keeps the share of accounts when others have used up theirs', async () => {
    const { searches, running } = searchesThatWait();
    for (let n = 0; n < CONCURRENCY + WAITING; n++) void searches.search('a', sql`SELECT 1`, 'anonymous');
    await settled();
    await expect(searches.search('a', sql`SELECT 1`, 'anonymous')).rejects.toBeInstanceOf(Busy);
    void searches.search('a', sql`SELECT 1`, 'account');
    await settled();
    expect(running).toHaveLength(CONCURRENCY + 1);
  });

  it('lets the place of a long read rest as long as that took, and not the caller', async () => {
    const { searches, running } = searchesThatWait();
    const search = () => searches.search('a', sql`SELECT 1`, 'anonymous');
    const held = Array.from({ length: CONCURRENCY + 1 }, search);
    await settled();
    clock.mockReturnValue(60_000);
    running.splice(0).forEach((end) => end());
    await Promise.all(held.slice(0, CONCURRENCY));
    await settled();
    expect(running).toHaveLength(0);
  });

  it('refuses what no index can find whether or not there is a place', async () => {
    const { searches } = searchesThatWait();
    for (let n = 0; n < CONCURRENCY + WAITING; n++) void searches.search('a', sql`SELECT 1`, 'anonymous');
    await settled();
    await expect(searches.search('a', sql`SELECT 1`, 'anonymous')).rejects.toBeInstanceOf(Busy);
    await expect(searches.search('-a', sql`SELECT 1`, 'anonymous')).rejects.toBeInstanceOf(ValidationFailed);
  });
});
