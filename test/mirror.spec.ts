import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Galley as GalleyClient } from '../clients/typescript/src/galley.ts';
import { allOf, Mirror } from './heavy/mirror.ts';
import { areEventsPlaced } from './support/event-log.js';
import { type Galley, startGalley } from './support/galley.js';
import { until } from './support/until.js';

let galley: Galley;
beforeAll(async () => {
  galley = await startGalley();
});
afterAll(() => galley.stop());

/** The program of docs/guide/changes.md, which test:heavy -- changes-mirror runs with thousands of changes. */
async function aMirror() {
  const client = new GalleyClient(galley.url);
  const mirror = new Mirror(true);
  let cursor = await client.changes.cursor();
  /** Applies all changes, or at most some. */
  const catchUp = async (limit = 100) => {
    await until(() => areEventsPlaced(galley));
    const { data, meta } = await client.changes.read({ cursor, limit });
    await mirror.apply(data, client);
    cursor = meta.nextCursor;
    return data.map(({ type, reused }) => (reused ? `${type}, reused` : type));
  };
  return { client, mirror, catchUp };
}

describe('a mirror that applies changes by the rules of the guide', () => {
  it('has the comments of a post that was hidden and shown again since its last request', async () => {
    const { client, mirror, catchUp } = await aMirror();
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

  it('has a tag that took the slug of a deleted one, also on posts that it read before it heard of the deletion', async () => {
    const { client, mirror, catchUp } = await aMirror();
    const editor = galley.as(await galley.aUser({ role: 'editor' }));
    await galley.aPost({ status: 'published', tags: ['Reborn'] });
    const post = await galley.aPost({ status: 'published', tags: ['Merged'] });
    await catchUp();
    await editor.patch(`/api/v1/posts/${post.id}`, { title: 'Edited' }).expect(200);
    await editor.delete('/api/v1/tags/reborn').expect(204);
    await galley.aPost({ status: 'published', tags: ['Reborn'] });
    await editor.post('/api/v1/tags/merged/merge', { into: 'reborn' }).expect(200);
    expect(await catchUp(1)).toEqual(['post.updated']);
    expect(await catchUp(1)).toEqual(['tag.deleted, reused']);
    await catchUp();
    expect(mirror.posts.get(post.id)?.tags).toEqual([{ slug: 'reborn', name: 'Reborn' }]);
    expect(mirror.posts.get(post.id)).toEqual(await client.posts.get(post.id));
  });

  it('does so when the later tag has ended as well', async () => {
    const { client, mirror, catchUp } = await aMirror();
    const editor = galley.as(await galley.aUser({ role: 'editor' }));
    await galley.aPost({ status: 'published', tags: ['Twice'] });
    const post = await galley.aPost({ status: 'published', tags: ['First'] });
    await catchUp();
    await editor.patch(`/api/v1/posts/${post.id}`, { title: 'Edited' }).expect(200);
    await editor.delete('/api/v1/tags/twice').expect(204);
    await galley.aPost({ status: 'published', tags: ['Twice', 'Last'] });
    await editor.post('/api/v1/tags/first/merge', { into: 'twice' }).expect(200);
    expect(await catchUp(1)).toEqual(['post.updated']);
    await editor.post('/api/v1/tags/twice/merge', { into: 'last' }).expect(200);
    expect((await catchUp())[0]).toBe('tag.deleted, reused');
    await catchUp();
    expect(mirror.posts.get(post.id)?.tags).toEqual([{ slug: 'last', name: 'Last' }]);
    expect(mirror.posts.get(post.id)).toEqual(await client.posts.get(post.id));
  });

  it('applies a deletion that nothing followed', async () => {
    const { mirror, catchUp } = await aMirror();
    const editor = galley.as(await galley.aUser({ role: 'editor' }));
    const post = await galley.aPost({ status: 'published', tags: ['Only once'] });
    await catchUp();
    await editor.delete('/api/v1/tags/only-once').expect(204);
    expect(await catchUp()).toEqual(['tag.deleted']);
    expect(mirror.posts.get(post.id)?.tags).toEqual([]);
  });

  it('learns nothing of a tag that it cannot see', async () => {
    const { catchUp } = await aMirror();
    const editor = galley.as(await galley.aUser({ role: 'editor' }));
    await galley.aPost({ status: 'published', tags: ['Hidden'] });
    await catchUp();
    await editor.delete('/api/v1/tags/hidden').expect(204);
    await galley.aPost({ tags: ['Hidden'] });
    expect(await catchUp()).toEqual(['tag.deleted']);
  });
});
