import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Galley, startGalley } from './support/galley.js';

let galley: Galley;
beforeAll(async () => {
  galley = await startGalley();
});
afterAll(() => galley.stop());

describe('publishing a post', () => {
  it('makes a draft public, and when is kept', async () => {
    const post = await galley.aPost({ status: 'published' });
    expect(post.publishedAt).not.toBeNull();
    const seen = await galley.anyone.get(`/api/v1/posts/${post.slug}`).expect(200);
    expect(seen.body.html).toBe('<p>Words.</p>\n');
  });

  it('refuses to publish twice', async () => {
    const post = await galley.aPost({ status: 'published' });
    const answer = await galley.as(post.by).post(`/api/v1/posts/${post.id}/publish`).expect(409);
    expect(answer.body.code).toBe('post_already_published');
  });
});
