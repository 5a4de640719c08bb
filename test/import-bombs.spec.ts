import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Client } from './support/client.js';
import { type Galley, startGalley } from './support/galley.js';
import { BOMBS } from './support/import-bombs.js';
import { until } from './support/until.js';

const PATH = '/api/v1/posts/import';
const BYTES = 150_000;
const FILE = { 'content-type': 'application/octet-stream' };

let galley: Galley;
let admin: Client;
beforeAll(async () => {
  galley = await startGalley();
});
afterAll(() => galley.stop());
beforeEach(async () => {
  await galley.database.query('TRUNCATE users, posts, tags, comments, import_keys CASCADE');
  admin = galley.as(await galley.aUser({ role: 'admin' }));
});

const bomb = (name: string) => {
  const found = BOMBS.find((one) => one.name === name);
  if (!found) throw new Error(`There is no ${name}`);
  return found.make(BYTES);
};
const rows = async () =>
  (
    await galley.database.query<Record<string, number>>(`SELECT (SELECT count(*)::int FROM posts) AS posts,
      (SELECT count(*)::int FROM tags) AS tags, (SELECT count(*)::int FROM comments) AS comments,
      (SELECT count(*)::int FROM import_keys) AS keys, (SELECT count(*)::int FROM users) AS users`)
  )[0];
const NOTHING = { posts: 0, tags: 0, comments: 0, keys: 0, users: 1 };

describe('A file that was made to be slow or to break something', () => {
  it.each(BOMBS.filter(({ refusal }) => refusal))(
    'is refused by the name of a limit or its fault, and nothing is left ($name)',
    async ({ make, refusal }) => {
      const { body } = await admin.post(PATH, make(BYTES), FILE).expect(400);
      expect(body).toMatchObject({
        code: 'import_refused',
        detail: expect.stringMatching(refusal as RegExp),
      });
      expect(body.detail).toMatch(/Nothing was imported\.$/);
      expect(body.detail.length).toBeLessThan(700);
      expect(await rows()).toEqual(NOTHING);
      await until(() => !readdirSync(tmpdir()).some((name) => name.startsWith('galley-upload-')));
    },
  );

  it.each(BOMBS.filter(({ refusal }) => !refusal))(
    'is imported where it breaks no limit ($name)',
    async ({ make }) => {
      await admin.post(PATH, make(BYTES), FILE).expect(200);
    },
  );
});

describe('A large answer', () => {
  it('brings every comment of a post that has thousands, in its thread', async () => {
    const { body } = await admin.post(PATH, bomb('WordPress: comments of one post'), FILE).expect(200);
    const comments = Math.floor(BYTES / 120);
    expect(body.counts.comment).toEqual({ imported: comments, present: 0, skipped: 0 });
    const [post] = await galley.database.query(
      `SELECT comment_count AS n, (SELECT count(*)::int FROM comments WHERE parent_id IS NULL) AS threads FROM posts`,
    );
    expect(post).toEqual({ n: comments, threads: 1 });
    const again = await admin.post(PATH, bomb('WordPress: comments of one post'), FILE).expect(200);
    expect(again.body.counts.comment).toEqual({ imported: 0, present: comments, skipped: 0 });
  });

  it('lists the first 10,000 items that were left out, and counts all', async () => {
    const make = BOMBS.find(({ name }) => name === 'WordPress: items that are left out')?.make;
    const { body } = await admin.post(PATH, make?.(1_500_000), FILE).expect(200);
    expect(body.items).toHaveLength(10_000);
    expect(body.unlisted).toBe(body.counts.attachment.skipped - 10_000);
    expect(body.unlisted).toBeGreaterThan(0);
  });

  it('counts kinds without number as one', async () => {
    const { body } = await admin.post(PATH, bomb('WordPress: as many kinds as items'), FILE).expect(200);
    expect(Object.keys(body.counts)).toHaveLength(101);
    expect(body.counts.other.skipped).toBeGreaterThan(1000);
  });
});

it('keeps an address of a profile only if it is one, and says so', async () => {
  const { body } = await admin.post(PATH, bomb('Galley: a website that is none'), FILE).expect(200);
  expect(body.items[0].reasons).toEqual([
    expect.stringMatching(/^"javascript:1" is not a valid image URL and was not imported/),
    expect.stringMatching(/is not a valid URL and was not imported$/),
  ]);
});
