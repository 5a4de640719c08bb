import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Cache } from '../src/platform/cache/cache.js';
import { Database, sql } from '../src/platform/database/database.js';
import { OutsideTransaction, TransactionEnded } from '../src/platform/database/transaction.errors.js';
import { Logger } from '../src/platform/logging/logger.js';
import { type Galley, startGalley } from './support/galley.js';

const TOKEN = 'a token of metrics alone';

let galley: Galley;
let database: Database;
beforeAll(async () => {
  galley = await startGalley({ METRICS_TOKEN: TOKEN });
  database = galley.app.get(Database);
});
afterEach(() => void jest.restoreAllMocks());
afterAll(() => galley.stop());

let count = 0;
const insert = (name = `t${++count}`) =>
  database.query(sql`INSERT INTO tags (id, slug, name) VALUES (gen_random_uuid(), ${name}, ${name})`);
const isThere = async (name: string) =>
  (await galley.database.query('SELECT 1 FROM tags WHERE name = $1', [name])).length > 0;
const failure = () => Promise.reject(new Error('on purpose'));

describe('a statement', () => {
  it.each([
    ['writes', sql`DELETE FROM tags`],
    ['writes within a read', sql`WITH gone AS (DELETE FROM tags RETURNING id) SELECT id FROM gone`],
    ['writes through a function', sql`SELECT nextval('seen_by_nobody')`],
    ['locks for a change', sql`SELECT id FROM tags FOR UPDATE`],
    ['locks for a reference', sql`SELECT id FROM tags FOR KEY SHARE`],
  ])('that %s is refused outside of a transaction', async (_what, statement) => {
    await galley.database.query('CREATE SEQUENCE IF NOT EXISTS seen_by_nobody');
    await expect(database.query(statement)).rejects.toThrow(OutsideTransaction);
    await expect(database.prepared(statement)).rejects.toThrow(OutsideTransaction);
    await expect(database.transaction(() => database.query(statement))).resolves.toEqual(expect.any(Array));
  });

  it('that writes is refused in a bracket too, before a transaction is open there', async () => {
    const bracket = { begin: () => Promise.resolve(), finish: () => Promise.resolve() };
    await expect(database.bracketed(bracket, () => insert())).rejects.toThrow(OutsideTransaction);
    await database.bracketed(bracket, () => database.transaction(() => insert('bracketed')));
    expect(await isThere('bracketed')).toBe(true);
  });

  it('has no limits in a transaction that lifts them, which may be idle for ten minutes and not for ever', async () => {
    const limits = async () => {
      const names = sql`ARRAY['statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout']`;
      const rows = await database.query<{ value: string }>(
        sql`SELECT current_setting(name) AS value FROM unnest(${names}) AS name`,
      );
      return rows.map(({ value }) => value);
    };
    const usual = await database.transaction(limits);
    const lifted = await database.transaction(async () => {
      await database.liftLimits();
      return limits();
    });
    expect(lifted).toEqual(['0', '0', '10min']);
    expect(await database.transaction(limits)).toEqual(usual);
  });

  it('runs in the transaction that is open around it, from wherever it is called', async () => {
    const found = () => database.query(sql`SELECT 1 FROM tags WHERE name = 'seen inside'`);
    await database.transaction(async () => {
      await insert('seen inside');
      expect(await found()).toHaveLength(1);
      expect(await database.transaction(found)).toHaveLength(1);
      expect(await database.prepared(sql`SELECT 1 FROM tags WHERE name = 'seen inside'`)).toHaveLength(1);
      expect(await isThere('seen inside')).toBe(false);
      expect(await database.apart(found)).toHaveLength(0);
    });
    expect(await isThere('seen inside')).toBe(true);
  });

  it('is refused when nobody waited for it, and its transaction has ended', async () => {
    let straggler: Promise<unknown> | undefined;
    let follow: (() => void) | undefined;
    await database.transaction(async () => {
      await insert();
      const later = new Promise<void>((resolve) => (follow = resolve));
      straggler = later.then(() => insert('too late'));
    });
    follow?.();
    await expect(straggler).rejects.toThrow(TransactionEnded);
    expect(await isThere('too late')).toBe(false);
  });
});

describe('a transaction', () => {
  it('is all or nothing, with all that was called within it', async () => {
    const work = async () => {
      await insert('outer');
      await database.transaction(() => insert('inner'));
      await failure();
    };
    await expect(database.transaction(work)).rejects.toThrow('on purpose');
    expect([await isThere('outer'), await isThere('inner')]).toEqual([false, false]);
  });

  it('is read by a cursor to its end, whoever asks for the rows', async () => {
    await database.transaction(async () => {
      const rows = database.stream<{ n: number }>('rows', sql`SELECT n FROM generate_series(1, 50) n`);
      const read = async () => {
        let sum = 0;
        for await (const { n } of rows) sum += n;
        return sum;
      };
      expect(await database.apart(read)).toBe(1275);
    });
    expect(() => database.stream('rows', sql`SELECT 1`)).toThrow(OutsideTransaction);
  });
});

describe('a part of a transaction', () => {
  const bracket = { begin: () => Promise.resolve(), finish: () => Promise.resolve() };

  it('is undone alone with what follows from it, and the rest is committed', async () => {
    const follow = jest.fn((_name: string) => Promise.resolve());
    const part = async (name: string, after?: () => Promise<unknown>) => {
      await insert(name);
      await database.afterCommit(() => follow(name));
      await after?.();
    };
    const invalid = () => database.query(sql`SELECT 1 / 0`);
    await database.bracketed(bracket, async () => {
      await database.separately(() => part('part 1'));
      await expect(database.separately(() => part('part 2', invalid))).rejects.toThrow('division by zero');
      await expect(database.separately(() => part('part 3', failure))).rejects.toThrow('on purpose');
      await database.separately(() => part('part 4'));
      expect([await isThere('part 1'), database.isBracketed]).toEqual([false, true]);
    });
    const there = await Promise.all([1, 2, 3, 4].map((n) => isThere(`part ${n}`)));
    expect(there).toEqual([true, false, false, true]);
    expect(follow.mock.calls).toEqual([['part 1'], ['part 4']]);
  });

  it('is a transaction of its own where there is none', async () => {
    expect(database.isBracketed).toBe(false);
    await database.separately(() => insert('alone'));
    await expect(database.separately(() => insert('undone').then(failure))).rejects.toThrow('on purpose');
    expect([await isThere('alone'), await isThere('undone')]).toEqual([true, false]);
  });
});

describe('what follows a commit', () => {
  const failures = async () => {
    const { text } = await galley.anyone.get('/metrics', { authorization: `Bearer ${TOKEN}` }).expect(200);
    return Number(/^after_commit_failures_total (\d+)$/m.exec(text)?.[1]);
  };

  it('fails alone: the write is answered as done, the failure logged and counted, and the rest carried out', async () => {
    const author = await galley.aUser({ role: 'author' });
    const post = await galley.aPost({ author });
    const before = await failures();
    const logged = jest.spyOn(galley.app.get(Logger), 'error');
    const ran: string[] = [];
    jest.spyOn(galley.app.get(Cache), 'invalidate').mockImplementation(async () => {
      await database.afterCommit(() => Promise.resolve(void ran.push('first')));
      await database.afterCommit(failure);
      await database.afterCommit(() => Promise.resolve(void ran.push('last')));
    });
    await galley.as(author).post(`/api/v1/posts/${post.id}/publish`).expect(200);
    const key = { 'idempotency-key': 'a-key' };
    await galley.as(author).post(`/api/v1/posts/${post.id}/unpublish`, undefined, key).expect(200);
    expect((await galley.as(author).get(`/api/v1/posts/${post.id}`).expect(200)).body.status).toBe('draft');
    expect(ran).toEqual(['first', 'last', 'first', 'last']);
    expect(await failures()).toBe(before + 2);
    expect(logged).toHaveBeenCalledTimes(2);
    expect(logged).toHaveBeenCalledWith({ err: expect.any(Error) }, 'what follows a commit failed');
  });

  it('is not carried out after a rollback, and finds no lock of its transaction', async () => {
    const follow = jest.fn(() => Promise.resolve());
    const work = async () => {
      await insert();
      await database.afterCommit(follow);
      await failure();
    };
    await expect(database.transaction(work)).rejects.toThrow('on purpose');
    expect(follow).not.toHaveBeenCalled();
    await database.transaction(async () => {
      await insert('committed');
      await database.afterCommit(async () => {
        const locked = `SELECT id FROM tags WHERE name = 'committed' FOR UPDATE NOWAIT`;
        expect(await galley.database.query(locked)).toHaveLength(1);
        await follow();
      });
    });
    expect(follow).toHaveBeenCalledTimes(1);
  });
});
