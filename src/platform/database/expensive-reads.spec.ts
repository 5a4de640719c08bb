import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import sql, { type Sql } from 'sql-template-tag';
import type { DatabaseSettings } from './database.settings.js';
import { ValidationFailed } from '../errors/request-problems.js';
import { Busy, ReadTimedOut, SearchTimedOut } from '../errors/server-problems.js';
import type { Database } from './database.js';
import { ExpensiveReads } from './expensive-reads.js';

const CONCURRENCY = 2;
const WAITING = 16;
const CONFIG = {
  SEARCH_CONCURRENCY: CONCURRENCY,
  SEARCH_TIMEOUT_MS: 500,
  DATABASE_STATEMENT_TIMEOUT_MS: 2000,
  DATABASE_POOL_MAX: 16,
};

/** ExpensiveReads with a database that responds when the test says so. */
function searchesThatWait(poolMax = 16) {
  const running: (() => void)[] = [];
  const database = {
    query: ({ values: [q] }: Sql) => Promise.resolve([{ indexed: q === '-a' ? '' : `'${String(q)}'` }]),
    transaction: () => new Promise<void>((resolve) => running.push(resolve)),
  } as unknown as Database;
  return {
    searches: new ExpensiveReads(database, { ...CONFIG, DATABASE_POOL_MAX: poolMax } as DatabaseSettings),
    running,
  };
}

/** ExpensiveReads with a database that returns these results for the statements of a transaction, in order. */
function readsThatGet(...answers: (object[] | Error)[]) {
  const sent: string[] = [];
  let isOpen = false;
  const database = {
    query: ({ text }: Sql) => {
      if (!isOpen) return Promise.reject(new Error('a statement of its own'));
      sent.push(text);
      const answer = answers.shift() ?? [];
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
    transaction: (work: () => Promise<unknown>) => {
      isOpen = true;
      return work().finally(() => (isOpen = false));
    },
  } as unknown as Database;
  return { reads: new ExpensiveReads(database, CONFIG as DatabaseSettings), sent };
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

  it('takes at most half of the pool with all shares together', async () => {
    const { searches, running } = searchesThatWait(7);
    for (const reader of ['anonymous', 'account'] as const)
      for (let n = 0; n < CONCURRENCY; n++) void searches.search('a', sql`SELECT 1`, reader);
    await settled();
    expect(running).toHaveLength(3);
    running.pop()?.();
    await settled();
    expect(running).toHaveLength(3);
  });

  it('asks what an index can find where it sets its limits, when there is a place', async () => {
    const { reads, sent } = readsThatGet([{ indexed: "'a'" }], [{ id: 1 }]);
    expect(await reads.search('a', sql`SELECT 1`, 'anonymous')).toEqual([{ id: 1 }]);
    expect(sent).toEqual([expect.stringMatching(/set_config.*querytree/s), 'SELECT 1']);
    for (const indexed of ['', 'T']) {
      const { reads, sent } = readsThatGet([{ indexed }]);
      await expect(reads.search('-a', sql`SELECT 1`, 'anonymous')).rejects.toBeInstanceOf(ValidationFailed);
      expect(sent).toHaveLength(1);
    }
  });
});

describe('a read that its time limit stops', () => {
  const stopped = Object.assign(new Error('canceling statement'), { code: '57014' });
  const list = { what: 'The list', timeout: 'SEARCH_TIMEOUT_MS', advice: 'Ask for less.' } as const;

  it('says what took too long, and what to do', async () => {
    await expect(
      readsThatGet([{ indexed: "'a'" }], stopped).reads.search('a', sql`SELECT 1`, 'account'),
    ).rejects.toEqual(new SearchTimedOut(500));
    await expect(readsThatGet([], stopped).reads.read(sql`SELECT 1`, 'account', list)).rejects.toEqual(
      new ReadTimedOut('The list', 500, 'Ask for less.'),
    );
    const count = { ...list, timeout: 'DATABASE_STATEMENT_TIMEOUT_MS' } as const;
    await expect(readsThatGet([], stopped).reads.read(sql`SELECT 1`, 'account', count)).rejects.toEqual(
      new ReadTimedOut('The list', 2000, 'Ask for less.'),
    );
  });

  it('is told apart from any other fault', async () => {
    const lost = new Error('Connection terminated');
    await expect(readsThatGet([], lost).reads.read(sql`SELECT 1`, 'account', list)).rejects.toBe(lost);
  });
});
