import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Galley, startGalley } from './support/galley.js';
import { renderedAgain } from './support/rerendering.js';

let galley: Galley;
beforeAll(async () => {
  galley = await startGalley();
});
afterAll(() => galley.stop());

describe('when the renderer has moved', () => {
  it('posts and comments are rendered again without a new version', async () => {
    const post = await galley.aPost({ status: 'published', body: 'New *words*.' });
    const comment = await galley.aComment({ post, body: 'A *reply*.' });
    await renderedAgain(galley, '<script>old</script>', async () => {
      const seen = await galley.anyone.get(`/api/v1/posts/${post.id}`).expect(200);
      expect([seen.body.html, seen.body.version]).toEqual(['<p>New <em>words</em>.</p>\n', post.version]);
      const reply = await galley.anyone.get(`/api/v1/comments/${comment.id}`).expect(200);
      expect([reply.body.html, reply.body.version]).toEqual(['<p>A <em>reply</em>.</p>\n', 1]);
    });
  });
});
