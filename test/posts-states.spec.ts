import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { PostStatus } from '../src/posts/posts.schemas.js';
import { type Galley, startGalley } from './support/galley.js';

let galley: Galley;
beforeAll(async () => {
  galley = await startGalley();
});
afterAll(() => galley.stop());

const STATES: PostStatus[] = ['draft', 'scheduled', 'published', 'archived'];

/** The result of an action for each status: the next status, or the code of the problem. */
const TABLE: Record<string, Record<PostStatus, string>> = {
  publish: {
    draft: 'published',
    scheduled: 'published',
    published: 'post_already_published',
    archived: 'post_archived',
  },
  unpublish: {
    draft: 'post_not_published',
    scheduled: 'draft',
    published: 'draft',
    archived: 'post_not_published',
  },
  archive: { draft: 'archived', scheduled: 'archived', published: 'archived', archived: 'post_archived' },
  restore: {
    draft: 'post_not_archived',
    scheduled: 'post_not_archived',
    published: 'post_not_archived',
    archived: 'draft',
  },
};

describe('the table of states', () => {
  const cases = Object.entries(TABLE).flatMap(([action, row]) =>
    STATES.map((status) => [action, status, row[status]] as const),
  );
  it.each(cases)('%s, %s: %s', async (action, status, outcome) => {
    const post = await galley.aPost({ status });
    const author = galley.as(post.by);
    const answer = await author.post(`/api/v1/posts/${post.id}/${action}`);
    const after = await author.get(`/api/v1/posts/${post.id}`).expect(200);
    if (STATES.includes(outcome as PostStatus)) {
      expect(answer.status).toBe(200);
      expect(answer.body).toEqual(after.body);
      expect(after.body).toMatchObject({ status: outcome, scheduledAt: null, version: post.version + 1 });
    } else {
      expect([answer.status, answer.body.code]).toEqual([409, outcome]);
      expect(after.body).toMatchObject({ status, version: post.version, scheduledAt: post.scheduledAt });
    }
  });

  it.each(STATES)('DELETE, %s: gone for good', async (status) => {
    const post = await galley.aPost({ status });
    const author = galley.as(post.by);
    await author.delete(`/api/v1/posts/${post.id}`).expect(204);
    await author.get(`/api/v1/posts/${post.id}`).expect(404);
    await author.delete(`/api/v1/posts/${post.id}`).expect(404);
    for (const action of Object.keys(TABLE))
      await author.post(`/api/v1/posts/${post.id}/${action}`).expect(404);
  });
});

describe('when a post was public first', () => {
  it('is set by the first publication, by the clock of the database', async () => {
    const draft = await galley.aPost();
    expect(draft.publishedAt).toBeNull();
    const before = Date.now();
    const { body } = await galley.as(draft.by).post(`/api/v1/posts/${draft.id}/publish`).expect(200);
    expect(Date.parse(body.publishedAt)).toBeGreaterThanOrEqual(before);
    expect(Date.parse(body.publishedAt)).toBeLessThanOrEqual(Date.now());
  });

  it('is kept when it is taken back, archived, restored and published again', async () => {
    const post = await galley.aPost({ status: 'published' });
    const author = galley.as(post.by);
    for (const action of ['unpublish', 'publish', 'archive', 'restore', 'publish']) {
      const { body } = await author.post(`/api/v1/posts/${post.id}/${action}`).expect(200);
      expect(body.publishedAt).toBe(post.publishedAt);
    }
  });

  it('is now for a scheduled post that is published by hand', async () => {
    const post = await galley.aPost({ status: 'scheduled' });
    expect(post.scheduledAt).not.toBeNull();
    const { body } = await galley.as(post.by).post(`/api/v1/posts/${post.id}/publish`).expect(200);
    expect(body.scheduledAt).toBeNull();
    expect(Date.parse(body.publishedAt)).toBeLessThan(Date.parse(post.scheduledAt as string));
  });
});

describe('what a state hides', () => {
  it('everything but published is absent for others, and back when it is published again', async () => {
    const post = await galley.aPost({ status: 'published' });
    const author = galley.as(post.by);
    await galley.anyone.get(`/api/v1/posts/${post.id}`).expect(200);
    await author.post(`/api/v1/posts/${post.id}/archive`).expect(200);
    await galley.anyone.get(`/api/v1/posts/${post.id}`).expect(404);
    await author.post(`/api/v1/posts/${post.id}/restore`).expect(200);
    await galley.anyone.get(`/api/v1/posts/${post.id}`).expect(404);
    await author.post(`/api/v1/posts/${post.id}/publish`).expect(200);
    await galley.anyone.get(`/api/v1/posts/${post.id}`).expect(200);
  });

  it('a deleted post takes its comments with it', async () => {
    const post = await galley.aPost({ status: 'published' });
    const comment = await galley.aComment({ post });
    await galley.as(post.by).delete(`/api/v1/posts/${post.id}`).expect(204);
    await galley.as(comment.by).get(`/api/v1/comments/${comment.id}`).expect(404);
  });

  it('an editor may act on a post of anybody', async () => {
    const post = await galley.aPost();
    const editor = await galley.aUser({ role: 'editor' });
    const { body } = await galley.as(editor).post(`/api/v1/posts/${post.id}/publish`).expect(200);
    expect(body.authorId).toBe(post.by.id);
  });
});
