import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Database, sql } from '../src/platform/database/database.js';
import type { Principal } from '../src/platform/http/access/principal.js';
import { PendingEdits } from '../src/posts/revisions/pending-edits.js';
import { RevisionContents } from '../src/posts/revisions/revision-contents.js';
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

const SHOWN = { get: { body: 'Three.' }, diff: { from: 1, to: 3 }, preview: { body: 'Private.' } };

describe('While contents of revisions are unpacked', () => {
  it.each(['get', 'diff', 'list', 'preview'] as const)('no connection is in use (%s)', async (kind) => {
    const people = await Promise.all(Array.from({ length: POOL }, () => galley.aUser({ role: 'editor' })));
    const post = await galley.aPost({ author: people[0], status: 'published', body: 'One.' });
    const editor = galley.as(people[0] as Person);
    for (const body of ['Two.', 'Three.'])
      await editor.patch(`/api/v1/posts/${post.id}`, { body }).expect(200);
    // Then only the texts tell whether the current revision has the present content.
    if (kind === 'list')
      await galley.database.query(`UPDATE post_histories SET current_digest = 'x' WHERE post_id = $1`, [
        post.id,
      ]);
    if (kind === 'preview')
      await editor.patch(`/api/v1/posts/${post.id}?draft=true`, { body: 'Private.' }).expect(200);
    const revisions = galley.app.get(RevisionsService);
    const read = {
      get: (by: Principal) => revisions.get(post.id, 3, by),
      diff: (by: Principal) => revisions.diff(post.id, 3, 1, by),
      list: (by: Principal) => revisions.list(post.id, ListRevisionsQuery.parse({}), by),
      preview: (by: Principal) => galley.app.get(PendingEdits).get(post.id, by),
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
    else expect(value).toMatchObject(SHOWN[kind]);
  });
});

describe('The preview of a post', () => {
  it('is the public post if its private edit ends before its content is read', async () => {
    const author = await galley.aUser({ role: 'editor' });
    const post = await galley.aPost({ author, status: 'published', body: 'Public.' });
    const url = `/api/v1/posts/${post.id}`;
    await galley.as(author).patch(`${url}?draft=true`, { body: 'Private.' }).expect(200);
    const read = jest.spyOn(galley.app.get(RevisionContents), 'read').mockImplementationOnce(async () => {
      await galley.as(author).post(`${url}/discard`).expect(200);
      return undefined;
    });
    const preview = await galley.as(author).get(`${url}?draft=true`).expect(200);
    expect(read).toHaveBeenCalledTimes(1);
    expect(preview.body).toMatchObject({ body: 'Public.', pendingRevision: null });
  });

  it('is an error if the content of its private edit is lost', async () => {
    const author = await galley.aUser({ role: 'editor' });
    const post = await galley.aPost({ author, status: 'published', body: 'Public.' });
    const url = `/api/v1/posts/${post.id}?draft=true`;
    const { body } = await galley.as(author).patch(url, { body: 'Private.' }).expect(200);
    await galley.database.query('DELETE FROM post_revisions WHERE post_id = $1 AND number = $2', [
      post.id,
      body.pendingRevision.number,
    ]);
    await galley.as(author).get(url).expect(500);
  });
});
