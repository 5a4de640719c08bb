import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Person } from './support/builders.js';
import { type Galley, startGalley } from './support/galley.js';

let galley: Galley;
let firstOnly: Galley;
let allWait: Galley;
beforeAll(async () => {
  galley = await startGalley();
  firstOnly = await startGalley({ COMMENT_MODERATION: 'first' });
  allWait = await startGalley({ COMMENT_MODERATION: 'all' });
});
afterAll(async () => {
  await galley.stop();
  await firstOnly.stop();
  await allWait.stop();
});

const aPublished = (on: Galley = galley) => on.aPost({ status: 'published' });
const countOf = async (post: { id: string }, on: Galley = galley) => {
  const { body } = await on.anyone.get(`/api/v1/posts/${post.id}`).expect(200);
  return { commentCount: body.commentCount, version: body.version };
};

describe('a comment', () => {
  it('is Markdown, visible at once, and at an address of its own', async () => {
    const post = await aPublished();
    const reader = await galley.aUser({ role: 'user', name: 'Reader' });
    const answer = await galley
      .as(reader)
      .post(`/api/v1/posts/${post.slug}/comments`, { body: 'Well *said*.' })
      .expect(201);
    expect(answer.headers.get('location')).toBe(`/api/v1/comments/${answer.body.id}`);
    expect(answer.body).toMatchObject({
      postId: post.id,
      parentId: null,
      body: 'Well *said*.',
      html: '<p>Well <em>said</em>.</p>\n',
      author: { id: reader.id, name: 'Reader' },
      status: 'visible',
      version: 1,
    });
    expect((await galley.anyone.get(`/api/v1/comments/${answer.body.id}`).expect(200)).body).toEqual(
      answer.body,
    );
  });

  it('holds text, links, lists, quotes and code, and nothing that runs or shows pictures', async () => {
    const { html } = await galley.aComment({
      body: '# H\n<script>x</script><img src=x onerror=y>\n\n[a](javascript:x) [b](https://ok.example) `c` <p style="x">d</p>',
    });
    expect(html).not.toMatch(/<script|<img|<h1|onerror|style=|href="javascript/);
    expect(html).toContain('<a href="https://ok.example" rel="nofollow ugc noopener">b</a>');
    expect(html).toContain('<code>c</code>');
  });

  it('belongs to a published post alone', async () => {
    for (const status of ['draft', 'archived', 'scheduled'] as const) {
      const post = await galley.aPost({ status });
      const { body } = await galley
        .as(post.by)
        .post(`/api/v1/posts/${post.id}/comments`, { body: 'Note.' })
        .expect(409);
      expect(body.code).toBe('post_not_published');
    }
  });

  it('is refused on a post that is closed to comments, to everybody, and as a reply', async () => {
    const post = await aPublished();
    const first = await galley.aComment({ post });
    await galley.as(post.by).patch(`/api/v1/posts/${post.id}`, { commentsOpen: false }).expect(200);
    const people = [
      first.by,
      post.by,
      await galley.aUser({ role: 'editor' }),
      await galley.aUser({ role: 'admin' }),
    ];
    for (const person of people)
      for (const parentId of [undefined, first.id]) {
        const { body } = await galley
          .as(person)
          .post(`/api/v1/posts/${post.id}/comments`, { body: 'Late.', parentId })
          .expect(409);
        expect(body.code).toBe('comments_closed');
      }
    await galley.as(first.by).patch(`/api/v1/comments/${first.id}`, { body: 'Edited.' }).expect(200);
    await galley.as(post.by).patch(`/api/v1/posts/${post.id}`, { commentsOpen: true }).expect(200);
    await galley.aComment({ post, parentId: first.id });
  });

  it('is never written after its post was closed, however close the race is', async () => {
    const writer = galley.as(await galley.aUser({ role: 'user' }));
    for (let round = 0; round < 6; round++) {
      const post = await aPublished();
      const write = () => writer.post(`/api/v1/posts/${post.id}/comments`, { body: 'Now.' });
      const [closed, ...answers] = await Promise.all([
        galley.as(post.by).patch(`/api/v1/posts/${post.id}`, { commentsOpen: false }),
        ...Array.from({ length: 4 }, write),
      ]);
      expect(closed.status).toBe(200);
      const { body } = await galley.anyone.get(`/api/v1/posts/${post.id}/comments`).expect(200);
      const accepted = answers.filter(({ status }) => status === 201);
      expect(body.data).toHaveLength(accepted.length);
      const late = await galley.database.query(
        'SELECT 1 FROM comments c JOIN posts p ON p.id = c.post_id WHERE p.id = $1 AND c.created_at > p.updated_at',
        [post.id],
      );
      expect(late).toEqual([]);
      await write().expect(409);
    }
  });

  it('is gone from sight with its post, and back with it', async () => {
    const comment = await galley.aComment();
    const editor = galley.as(await galley.aUser({ role: 'editor' }));
    await editor.post(`/api/v1/posts/${comment.postId}/unpublish`).expect(200);
    await galley.anyone.get(`/api/v1/comments/${comment.id}`).expect(404);
    await galley.as(comment.by).patch(`/api/v1/comments/${comment.id}`, { body: 'Later.' }).expect(404);
    await editor.post(`/api/v1/posts/${comment.postId}/publish`).expect(200);
    await galley.anyone.get(`/api/v1/comments/${comment.id}`).expect(200);
  });

  it('keeps what PATCH does not name, and is a new version when its words change', async () => {
    const comment = await galley.aComment({ body: 'One.' });
    const reader = galley.as(comment.by);
    expect((await reader.patch(`/api/v1/comments/${comment.id}`, {}).expect(200)).body).toMatchObject({
      body: 'One.',
    });
    const { body } = await reader.patch(`/api/v1/comments/${comment.id}`, { body: '*Two*' }).expect(200);
    expect(body).toMatchObject({ body: '*Two*', html: '<p><em>Two</em></p>\n' });
    expect(body.version).toBeGreaterThan(comment.version);
    for (const wrong of [
      { body: null },
      { body: '' },
      { body: ' ' },
      { status: 'visible' },
      { parentId: null },
    ])
      await reader.patch(`/api/v1/comments/${comment.id}`, wrong).expect(400);
  });
});

describe('threads', () => {
  it('are flat with parentId, any depth, oldest first', async () => {
    const post = await aPublished();
    let parentId: string | undefined;
    const ids: string[] = [];
    for (let depth = 0; depth < 12; depth++) {
      const comment = await galley.aComment({ post, parentId });
      expect(comment.parentId).toBe(parentId ?? null);
      parentId = comment.id;
      ids.push(comment.id);
    }
    const { body } = await galley.anyone.get(`/api/v1/posts/${post.id}/comments?limit=100`).expect(200);
    expect(body.data.map((comment: { id: string }) => comment.id)).toEqual(ids);
    const replies = await galley.anyone
      .get(`/api/v1/posts/${post.id}/comments?filter[parentId]=${ids[3]}`)
      .expect(200);
    expect(replies.body.data.map((comment: { id: string }) => comment.id)).toEqual([ids[4]]);
    const newest = await galley.anyone.get(`/api/v1/posts/${post.id}/comments?sort=-createdAt`).expect(200);
    expect(newest.body.data[0].id).toBe(ids[11]);
  });

  it('stay within one post, and answer what their writer may see', async () => {
    const post = await aPublished();
    const elsewhere = await galley.aComment();
    const hidden = await galley.aComment({ post });
    await galley.as(post.by).post(`/api/v1/comments/${hidden.id}/moderate`, { status: 'hidden' }).expect(200);
    const reader = galley.as(await galley.aUser({ role: 'user' }));
    for (const parentId of [elsewhere.id, hidden.id, post.id]) {
      const { body } = await reader
        .post(`/api/v1/posts/${post.id}/comments`, { body: 'Re.', parentId })
        .expect(400);
      expect(body.errors[0]).toMatchObject({ path: 'parentId', code: 'unknown_comment' });
    }
  });

  it('keep the place of a deleted comment that has replies, and nothing of it', async () => {
    const post = await aPublished();
    const parent = await galley.aComment({ post, body: 'Regretted.' });
    const reply = await galley.aComment({ post, parentId: parent.id });
    await galley.as(parent.by).delete(`/api/v1/comments/${parent.id}`).expect(204);
    const { body } = await galley.anyone.get(`/api/v1/comments/${parent.id}`).expect(200);
    expect(body).toMatchObject({ status: 'deleted', body: '', html: '', author: null });
    const [row] = await galley.database.query('SELECT * FROM comments WHERE id = $1', [parent.id]);
    expect(JSON.stringify(row)).not.toMatch(new RegExp(`Regretted|${parent.by.id}`));
    expect((await galley.anyone.get(`/api/v1/comments/${reply.id}`).expect(200)).body.parentId).toBe(
      parent.id,
    );
    const editor = galley.as(await galley.aUser({ role: 'editor' }));
    for (const call of [
      editor.patch(`/api/v1/comments/${parent.id}`, { body: 'Back.' }),
      editor.post(`/api/v1/comments/${parent.id}/moderate`, { status: 'visible' }),
    ])
      expect((await call.expect(409)).body.code).toBe('comment_deleted');
    await galley.as(parent.by).delete(`/api/v1/comments/${parent.id}`).expect(403);
  });

  it('lose a comment without replies wholly', async () => {
    const comment = await galley.aComment();
    await galley.as(comment.by).delete(`/api/v1/comments/${comment.id}`).expect(204);
    await galley.as(comment.by).get(`/api/v1/comments/${comment.id}`).expect(404);
    await galley.as(comment.by).delete(`/api/v1/comments/${comment.id}`).expect(404);
  });

  it('never lose a reply to the deletion of its parent at the same moment', async () => {
    const post = await aPublished();
    for (let round = 0; round < 15; round++) {
      const parent = await galley.aComment({ post });
      const reader = await galley.aUser({ role: 'user' });
      const [deleted, ...replies] = await Promise.all([
        galley.as(parent.by).delete(`/api/v1/comments/${parent.id}`),
        ...Array.from({ length: 3 }, () =>
          galley.as(reader).post(`/api/v1/posts/${post.id}/comments`, { body: 'Re.', parentId: parent.id }),
        ),
      ]);
      expect(deleted.status).toBe(204);
      const written = replies.filter((reply) => reply.status === 201);
      expect(replies.every((reply) => reply.status === 201 || reply.status === 400)).toBe(true);
      for (const reply of written) {
        const { body } = await galley.anyone.get(`/api/v1/comments/${reply.body.id}`).expect(200);
        expect(body.parentId).toBe(parent.id);
      }
      const place = await galley.anyone.get(`/api/v1/comments/${parent.id}`);
      expect([place.status, place.body.status]).toEqual(written.length > 0 ? [200, 'deleted'] : [404, 404]);
    }
  });

  it('end with a post that is deleted at the same moment: written before, or no such post', async () => {
    for (let round = 0; round < 10; round++) {
      const post = await aPublished();
      const parent = await galley.aComment({ post });
      const reader = galley.as(await galley.aUser({ role: 'user' }));
      const [deleted, ...others] = await Promise.all([
        galley.as(post.by).delete(`/api/v1/posts/${post.id}`),
        reader.post(`/api/v1/posts/${post.id}/comments`, { body: 'Late?' }),
        reader.post(`/api/v1/posts/${post.id}/comments`, { body: 'Late?', parentId: parent.id }),
        reader.post(`/api/v1/posts/${post.slug}/comments`, { body: 'Late?' }),
      ]);
      expect(deleted.status).toBe(204);
      for (const other of others) expect([201, 404]).toContain(other.status);
    }
  });
});

describe('the place of a comment that is not visible', () => {
  interface One {
    id: string;
    status: string;
    parentId: string | null;
  }
  const threadFor = async (post: { id: string }, on: Galley, by = on.anyone) => {
    const { body } = await by.get(`/api/v1/posts/${post.id}/comments?limit=100`).expect(200);
    return body.data.map(({ id, status }: One) => [id, status]);
  };
  const moderate = (on: Galley, post: { by: Person }, { id }: { id: string }, status: string) =>
    on.as(post.by).post(`/api/v1/comments/${id}/moderate`, { status }).expect(200);

  it('is public only while something visible is below it, whoever emptied it and when', async () => {
    const post = await aPublished(allWait);
    const author = await allWait.aUser({ role: 'user' });
    const first = await allWait.aComment({ post, author });
    const second = await allWait.aComment({ post, author, parentId: first.id });
    const third = await allWait.aComment({ post, author, parentId: second.id });
    for (const { id } of [first, second])
      await allWait.as(author).delete(`/api/v1/comments/${id}`).expect(204);
    const other = allWait.as(await allWait.aUser({ role: 'user' }));
    for (const by of [allWait.anyone, other]) {
      expect(await threadFor(post, allWait, by)).toEqual([]);
      for (const { id } of [first, second, third]) await by.get(`/api/v1/comments/${id}`).expect(404);
    }
    await other.post(`/api/v1/posts/${post.id}/comments`, { body: 'Re.', parentId: second.id }).expect(400);
    expect(await threadFor(post, allWait, allWait.as(post.by))).toHaveLength(3);

    await moderate(allWait, post, third, 'visible');
    expect(await threadFor(post, allWait)).toEqual([
      [first.id, 'deleted'],
      [second.id, 'deleted'],
      [third.id, 'visible'],
    ]);
    await moderate(allWait, post, third, 'hidden');
    expect(await threadFor(post, allWait)).toEqual([]);
  });

  it('does not come back to readers when its author deletes what a moderator has hidden', async () => {
    const post = await aPublished();
    const author = await galley.aUser({ role: 'user' });
    const hidden = await galley.aComment({ post, author });
    const reply = await galley.aComment({ post, author, parentId: hidden.id });
    for (const comment of [hidden, reply]) await moderate(galley, post, comment, 'hidden');
    await galley.as(author).delete(`/api/v1/comments/${hidden.id}`).expect(204);
    expect(await threadFor(post, galley)).toEqual([]);
    await galley.anyone.get(`/api/v1/comments/${hidden.id}`).expect(404);
  });

  it('is all that readers get of a hidden or waiting comment with a visible reply', async () => {
    const post = await aPublished();
    const hidden = await galley.aComment({ post, body: 'Insult.' });
    const reply = await galley.aComment({ post, parentId: hidden.id });
    for (const status of ['hidden', 'pending'] as const) {
      await moderate(galley, post, hidden, status);
      const { body } = await galley.anyone.get(`/api/v1/comments/${reply.id}`).expect(200);
      const place = await galley.anyone.get(`/api/v1/comments/${body.parentId}`).expect(200);
      expect(place.body).toMatchObject({ status: 'deleted', body: '', html: '', author: null });
      const list = `/api/v1/posts/${post.id}/comments?filter[status]`;
      const listed = await galley.anyone.get(`${list}=deleted`).expect(200);
      expect(listed.body.data).toEqual([place.body]);
      expect((await galley.anyone.get(`${list}=${status}`).expect(200)).body.data).toEqual([]);
      for (const by of [hidden.by, post.by]) {
        const whole = await galley.as(by).get(`/api/v1/comments/${hidden.id}`).expect(200);
        expect(whole.body).toMatchObject({ status, body: 'Insult.', author: { id: hidden.by.id } });
      }
    }
  });
});

describe('commentCount', () => {
  it('counts visible comments, without a new version of the post', async () => {
    const post = await aPublished();
    const before = await countOf(post);
    expect(before.commentCount).toBe(0);
    const parent = await galley.aComment({ post });
    await galley.aComment({ post, parentId: parent.id });
    expect(await countOf(post)).toEqual({ commentCount: 2, version: before.version });
    await galley.as(post.by).post(`/api/v1/comments/${parent.id}/moderate`, { status: 'hidden' }).expect(200);
    await galley.as(post.by).post(`/api/v1/comments/${parent.id}/moderate`, { status: 'hidden' }).expect(200);
    expect(await countOf(post)).toEqual({ commentCount: 1, version: before.version });
    await galley
      .as(post.by)
      .post(`/api/v1/comments/${parent.id}/moderate`, { status: 'visible' })
      .expect(200);
    expect(await countOf(post)).toEqual({ commentCount: 2, version: before.version });
    await galley.as(parent.by).delete(`/api/v1/comments/${parent.id}`).expect(204);
    expect(await countOf(post)).toEqual({ commentCount: 1, version: before.version });
  });

  it('is right after many write and delete at once', async () => {
    const post = await aPublished();
    const reader = await galley.aUser({ role: 'user' });
    const made = await Promise.all(
      Array.from({ length: 20 }, () => galley.aComment({ post, author: reader })),
    );
    expect((await countOf(post)).commentCount).toBe(20);
    const answers = await Promise.all(
      made.flatMap((comment) => [
        galley.as(reader).delete(`/api/v1/comments/${comment.id}`),
        galley.as(reader).delete(`/api/v1/comments/${comment.id}`),
      ]),
    );
    expect(answers.filter((answer) => answer.status === 204)).toHaveLength(20);
    expect(answers.filter((answer) => answer.status === 404)).toHaveLength(20);
    expect((await countOf(post)).commentCount).toBe(0);
  });

  it('leaves the ETag of a former read good for If-Match', async () => {
    const post = await aPublished();
    const etag = (await galley.as(post.by).get(`/api/v1/posts/${post.id}`).expect(200)).headers.get(
      'etag',
    ) as string;
    await galley.aComment({ post });
    const again = (await galley.as(post.by).get(`/api/v1/posts/${post.id}`).expect(200)).headers.get('etag');
    expect(again).not.toBe(etag);
    await galley
      .as(post.by)
      .patch(`/api/v1/posts/${post.id}`, { title: 'T' }, { 'if-match': etag })
      .expect(200);
  });
});

describe('COMMENT_MODERATION', () => {
  const statusOf = (comment: { status: string }) => comment.status;

  it('off: nobody waits', async () => {
    expect(statusOf(await galley.aComment())).toBe('visible');
  });

  it('first: who has no approved comment waits, and no longer once one is', async () => {
    const post = await aPublished(firstOnly);
    const author = await firstOnly.aUser({ role: 'user' });
    const first = await firstOnly.aComment({ post, author });
    expect(statusOf(first)).toBe('pending');
    expect(statusOf(await firstOnly.aComment({ post, author }))).toBe('pending');
    expect((await countOf(post, firstOnly)).commentCount).toBe(0);
    await firstOnly
      .as(post.by)
      .post(`/api/v1/comments/${first.id}/moderate`, { status: 'visible' })
      .expect(200);
    expect(statusOf(await firstOnly.aComment({ post, author }))).toBe('visible');
    expect((await countOf(post, firstOnly)).commentCount).toBe(2);
  });

  it('first: a comment under a post of one’s own is nobody’s approval', async () => {
    const writer = await firstOnly.aUser({ role: 'author' });
    const own = await firstOnly.aPost({ author: writer, status: 'published' });
    expect(statusOf(await firstOnly.aComment({ post: own, author: writer }))).toBe('visible');
    const elsewhere = await aPublished(firstOnly);
    expect(statusOf(await firstOnly.aComment({ post: elsewhere, author: writer }))).toBe('pending');
  });

  it("all: everybody waits but the post's author and editors", async () => {
    const post = await aPublished(allWait);
    const author = await allWait.aUser({ role: 'user' });
    const first = await allWait.aComment({ post, author });
    expect(statusOf(first)).toBe('pending');
    await allWait
      .as(post.by)
      .post(`/api/v1/comments/${first.id}/moderate`, { status: 'visible' })
      .expect(200);
    expect(statusOf(await allWait.aComment({ post, author }))).toBe('pending');
    expect(statusOf(await allWait.aComment({ post, author: post.by }))).toBe('visible');
    for (const role of ['editor', 'admin'] as const)
      expect(statusOf(await allWait.aComment({ post, author: await allWait.aUser({ role }) }))).toBe(
        'visible',
      );
    expect(statusOf(await allWait.aComment({ post, author: await allWait.aUser({ role: 'author' }) }))).toBe(
      'pending',
    );
  });

  it('all: what was approved waits again when its author changes it', async () => {
    const post = await aPublished(allWait);
    const comment = await allWait.aComment({ post });
    await allWait
      .as(post.by)
      .post(`/api/v1/comments/${comment.id}/moderate`, { status: 'visible' })
      .expect(200);
    expect((await countOf(post, allWait)).commentCount).toBe(1);
    const { body } = await allWait
      .as(comment.by)
      .patch(`/api/v1/comments/${comment.id}`, { body: 'Buy!' })
      .expect(200);
    expect(body.status).toBe('pending');
    expect((await countOf(post, allWait)).commentCount).toBe(0);
    await allWait.anyone.get(`/api/v1/comments/${comment.id}`).expect(404);
  });

  it('a hidden comment stays hidden when its author changes it', async () => {
    const post = await aPublished();
    const comment = await galley.aComment({ post });
    await galley
      .as(post.by)
      .post(`/api/v1/comments/${comment.id}/moderate`, { status: 'hidden' })
      .expect(200);
    const { body } = await galley
      .as(comment.by)
      .patch(`/api/v1/comments/${comment.id}`, { body: 'Please?' })
      .expect(200);
    expect(body.status).toBe('hidden');
    await galley.anyone.get(`/api/v1/comments/${comment.id}`).expect(404);
  });

  it('deleted is not a state that a moderator may set', async () => {
    const post = await aPublished();
    const comment = await galley.aComment({ post });
    for (const status of ['deleted', 'spam', null])
      await galley.as(post.by).post(`/api/v1/comments/${comment.id}/moderate`, { status }).expect(400);
  });
});
