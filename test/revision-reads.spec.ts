import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database, sql } from '../src/platform/database/database.js';
import type { Principal } from '../src/platform/http/access/principal.js';
import { ListRevisionsQuery } from '../src/posts/revisions/revisions.schemas.js';
import { RevisionsService } from '../src/posts/revisions/revisions.service.js';
import type { Person } from './support/builders.js';
import { type Galley, startGalley } from './support/galley.js';

const POOL = 2;
const BUSY_THREADS = Number(process.env.UV_THREADPOOL_SIZE ?? 4);

let galley: Galley;
beforeAll(async () => {
  galley = await startGalley({
    ...{ DATABASE_POOL_MAX: String(POOL), DATABASE_POOL_WAIT_MS: '5000', PROCESS_ROLE: 'api' },
  });
});
afterAll(() => galley.stop());

const principalOf = ({ id, role }: Person): Principal => ({ id, role, sessionId: randomUUID() });

/** Occupies the threads of libuv, on which contents are unpacked, until `work` ends. */
async function withoutThreads<T>(work: () => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'galley-fifo-'));
  const fifo = join(folder, 'fifo');
  execFileSync('mkfifo', [fifo]);
  // To open it for reading waits for somebody who writes.
  const readers = Array.from({ length: BUSY_THREADS }, () => open(fifo, 'r'));
  try {
    return await work();
  } finally {
    const writer = openSync(fifo, 'r+');
    for (const reader of readers) await (await reader).close();
    closeSync(writer);
    rmSync(folder, { recursive: true });
  }
}

describe('While contents of revisions are unpacked', () => {
  it.each(['get', 'diff', 'list'] as const)('no connection is in use (%s)', async (kind) => {
    const people = await Promise.all(Array.from({ length: POOL }, () => galley.aUser({ role: 'editor' })));
    const post = await galley.aPost({ author: people[0], body: 'One.' });
    const editor = galley.as(people[0] as Person);
    for (const body of ['Two.', 'Three.'])
      await editor.patch(`/api/v1/posts/${post.id}`, { body }).expect(200);
    // Then only the texts tell whether the current revision has the present content.
    if (kind === 'list')
      await galley.database.query(`UPDATE post_histories SET current_digest = 'x' WHERE post_id = $1`, [
        post.id,
      ]);
    const revisions = galley.app.get(RevisionsService);
    const read = {
      get: (by: Principal) => revisions.get(post.id, 3, by),
      diff: (by: Principal) => revisions.diff(post.id, 3, 1, by),
      list: (by: Principal) => revisions.list(post.id, ListRevisionsQuery.parse({}), by),
    }[kind];
    const { reads, answer } = await withoutThreads(async () => {
      const started = Promise.allSettled(people.map((each) => read(principalOf(each))));
      return {
        // Not awaited: they need the threads.
        reads: { started },
        answer: await galley.app.get(Database).query(sql`SELECT 1 AS one`),
      };
    });
    expect(answer).toEqual([{ one: 1 }]);
    const all = await reads.started;
    expect(all.map(({ status }) => status)).toEqual(people.map(() => 'fulfilled'));
    const { value } = all[0] as PromiseFulfilledResult<unknown>;
    if (kind === 'list')
      expect(value).toMatchObject({ data: [{ number: 3, state: 'current' }, { number: 2 }, { number: 1 }] });
    else expect(value).toMatchObject(kind === 'get' ? { body: 'Three.' } : { from: 1, to: 3 });
  });
});
