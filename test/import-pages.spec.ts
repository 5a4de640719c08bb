import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Client } from './support/client.js';
import { type Galley, startGalley } from './support/galley.js';

const TYPE = { 'content-type': 'application/x-ndjson' };
const AT = '2020-01-02T03:04:05.123456Z';

let galley: Galley;
let admin: Client;
let author: { id: string };
beforeAll(async () => {
  galley = await startGalley();
  admin = galley.as(await galley.aUser({ role: 'admin' }));
  author = await galley.aUser();
});
afterAll(() => galley.stop());

interface Given {
  id?: string;
  type?: string;
  parentId?: string | null;
}

/** A line of a post in a file of Galley. */
function aLine({ id = randomUUID(), type = 'page', parentId = null }: Given = {}) {
  const post = {
    ...{
      id,
      type,
      slug: `slug-${id}`,
      title: `Page ${id}`,
      excerpt: null,
      body: 'B',
      bodyFormat: 'markdown',
    },
    ...{ status: 'published', publishedAt: AT, scheduledAt: null, createdAt: AT, updatedAt: AT, version: 3 },
    ...{ authorId: author.id, parentId, tags: [] },
  };
  return { post };
}

async function imported(...lines: object[]) {
  const profile = { id: author.id, name: 'A', bio: null, website: null, avatarUrl: null, createdAt: AT };
  const file = [{ galley: { format: 1 } }, { author: profile }, ...lines, { end: {} }];
  const text = file.map((line) => JSON.stringify(line)).join('\n');
  return (await admin.post('/api/v1/posts/import', text, TYPE).expect(200)).body;
}

const placeOf = async (id: string) => {
  const { body } = await galley.anyone.get(`/api/v1/posts/${id}`).expect(200);
  return [body.parentId, body.version];
};
const ids = (count: number) => Array.from({ length: count }, () => randomUUID()) as [string, ...string[]];

describe('the pages of an import', () => {
  it('are below pages that precede or follow them, or were here before, in their own version', async () => {
    const [first, second, third] = ids(3);
    const report = await imported(
      aLine({ id: first, parentId: second }),
      aLine({ id: second }),
      aLine({ id: third, parentId: first }),
    );
    expect(report).toMatchObject({ counts: { page: { imported: 3 } }, items: [] });
    expect([await placeOf(first), await placeOf(third as string)]).toEqual([
      [second, 3],
      [first, 3],
    ]);
    const [late] = ids(1);
    expect((await imported(aLine({ id: late, parentId: third }))).items).toEqual([]);
    expect(await placeOf(late)).toEqual([third, 3]);
  });

  it('keep their place when the same file comes again after they were moved', async () => {
    const [top, page] = ids(2);
    const lines = [aLine({ id: top }), aLine({ id: page, parentId: top })];
    await imported(...lines);
    await admin.patch(`/api/v1/posts/${page}`, { parentId: null }).expect(200);
    expect((await imported(...lines)).counts.page).toMatchObject({ imported: 0, present: 2 });
    expect(await placeOf(page as string)).toEqual([null, 4]);
  });

  it('are at the top, and listed, if the page above them is missing or a post', async () => {
    const [orphan, post, below] = ids(3);
    const report = await imported(
      aLine({ id: orphan, parentId: randomUUID() }),
      aLine({ id: post, type: 'post' }),
      aLine({ id: below, parentId: post }),
    );
    expect(report.counts.page).toMatchObject({ imported: 2, skipped: 0 });
    expect(report.items).toMatchObject(
      [orphan, below].map((id) => ({
        outcome: 'imported',
        kind: 'page',
        key: `galley post ${id}`,
        reasons: [expect.stringMatching(/at the top, because the page above it is not here/)],
      })),
    );
    expect(await placeOf(below as string)).toEqual([null, 3]);
  });

  it('form no circle: one of its links is left out and listed', async () => {
    const [a, b, c] = ids(3) as [string, string, string];
    const report = await imported(
      aLine({ id: a, parentId: b }),
      aLine({ id: b, parentId: c }),
      aLine({ id: c, parentId: a }),
    );
    expect(report.items).toMatchObject([{ reasons: [expect.stringMatching(/form a circle/)] }]);
    const places = await Promise.all([a, b, c].map(placeOf));
    expect(places.filter(([parentId]) => parentId === null)).toHaveLength(1);
  });
});
