import { describe, expect, it } from '@jest/globals';
import type { Principal, Role } from '../platform/http/access/principal.js';
import type { PostsService } from '../posts/posts.service.js';
import { CommentDeleted } from './comments.errors.js';
import type { CommentsRepository } from './comments.repository.js';
import type { CommentStatus } from './comments.schemas.js';
import { CommentsService } from './comments.service.js';

type Moderation = 'off' | 'first' | 'all';

const as = (id: string, role: Role = 'user'): Principal => ({ id, role, sessionId: 's' });

/** A comment of ada's on a post of bob's. */
function service(moderation: Moderation, { status = 'visible', hasApproved = false } = {}) {
  const written: CommentStatus[] = [];
  let counted = 0;
  const comments = {
    transaction: (work: () => Promise<unknown>) => work(),
    hasApproved: () => Promise.resolve(hasApproved),
    insert: (comment: { status: CommentStatus }) => Promise.resolve(void written.push(comment.status)),
    setBody: (_id: string, _body: string, _html: string, after: CommentStatus) =>
      Promise.resolve(void written.push(after)),
    get: () => Promise.resolve({}),
    placesAbove: () => Promise.resolve([]),
    findPostId: () => Promise.resolve('p'),
    lock: () =>
      Promise.resolve({ id: 'c', postId: 'p', authorId: 'ada', postAuthorId: 'bob', status, version: 1 }),
  };
  const posts = {
    holdVisible: () => Promise.resolve({ id: 'p', status: 'published', authorId: 'bob', commentsOpen: true }),
    hold: () => Promise.resolve(),
    countComments: (_id: string, change: number) => Promise.resolve(void (counted += change)),
  };
  const made = new CommentsService(
    comments as unknown as CommentsRepository,
    posts as unknown as PostsService,
    {} as never,
    { COMMENT_MODERATION: moderation },
    { render: () => Promise.resolve({ html: '' }) } as never,
    { record: () => Promise.resolve(), recordAll: () => Promise.resolve() } as never,
    { record: () => Promise.resolve(), recordAll: () => Promise.resolve() } as never,
    { add: () => undefined } as never,
  );
  return { comments: made, outcome: () => [...written, counted] };
}

describe('a new comment', () => {
  it.each([
    ['off', as('ada'), false, 'visible'],
    ['first', as('ada'), false, 'pending'],
    ['first', as('ada'), true, 'visible'],
    ['all', as('ada'), true, 'pending'],
    ['all', as('bob'), false, 'visible'],
    ['all', as('eve', 'editor'), false, 'visible'],
  ] as const)(
    'with moderation %s of %j, approved before: %s, is %s',
    async (moderation, by, hasApproved, status) => {
      const { comments, outcome } = service(moderation, { hasApproved });
      await comments.create('p', { body: 'Words' }, by);
      expect(outcome()).toEqual([status, status === 'visible' ? 1 : 0]);
    },
  );
});

describe('an edit', () => {
  it('by its author of what was approved requires approval again, and the post counts it no longer', async () => {
    const { comments, outcome } = service('all');
    await comments.update('c', { body: 'Other words' }, as('ada'), {});
    expect(outcome()).toEqual(['pending', -1]);
  });

  it('approves nothing: what is pending or hidden stays so, whoever edits it', async () => {
    for (const status of ['pending', 'hidden'] as const) {
      const { comments, outcome } = service('off', { status });
      await comments.update('c', { body: 'Other words' }, as('eve', 'editor'), {});
      expect(outcome()).toEqual([status, 0]);
    }
  });

  it('of a deleted comment changes nothing', async () => {
    const { comments, outcome } = service('off', { status: 'deleted' });
    await expect(comments.update('c', { body: 'Back' }, as('ada'), {})).rejects.toThrow(CommentDeleted);
    expect(outcome()).toEqual([0]);
  });
});
