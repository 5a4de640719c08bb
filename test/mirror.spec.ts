import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Galley as GalleyClient } from '../clients/typescript/src/galley.ts';
import { allOf, Mirror } from './heavy/mirror.ts';
import { type Galley, startGalley } from './support/galley.js';
import { until } from './support/until.js';

let galley: Galley;
beforeAll(async () => {
  galley = await startGalley();
});
afterAll(() => galley.stop());

const isPlaced = async () =>
  (await galley.database.query('SELECT 1 FROM events WHERE position IS NULL LIMIT 1')).length === 0;

/** The program of docs/guide/changes.md, which test:heavy -- changes-mirror runs with thousands of changes. */
describe('a mirror that applies changes by the rules of the guide', () => {
  it('has the comments of a post that was hidden and shown again since its last request', async () => {
    const client = new GalleyClient(galley.url);
    const mirror = new Mirror(true);
    let cursor = await client.changes.cursor();
    const catchUp = async () => {
      await until(isPlaced);
      const { data, meta } = await client.changes.read({ cursor });
      await mirror.apply(data, client);
      cursor = meta.nextCursor;
    };
    const post = await galley.aPost({ status: 'published' });
    const stays = await galley.aComment({ post });
    const hidden = await galley.aComment({ post });
    await catchUp();
    expect([...mirror.comments.keys()].sort()).toEqual([stays.id, hidden.id].sort());

    const editor = galley.as(await galley.aUser({ role: 'editor' }));
    await editor.post(`/api/v1/posts/${post.id}/unpublish`).expect(200);
    await editor.post(`/api/v1/comments/${hidden.id}/moderate`, { status: 'hidden' }).expect(200);
    await editor.post(`/api/v1/posts/${post.id}/publish`).expect(200);
    await catchUp();
    expect([...mirror.comments.values()]).toEqual(await allOf(client.comments.list(post.id)));
    expect([...mirror.comments.keys()]).toEqual([stays.id]);
  });
});
