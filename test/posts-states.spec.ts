import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { PostStatus } from '../src/posts/post-fields.schemas.js';
import type { Person } from './support/builders.js';
import { type Galley, startGalley } from './support/galley.js';
import { until } from './support/until.js';

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

describe('a scheduled post', () => {
  const inMs = (ms: number) => new Date(Date.now() + ms).toISOString();
  const schedule = (id: string, by: Person, at: string) =>
    galley.as(by).post(`/api/v1/posts/${id}/schedule`, { at });
  const LATER = '2099-01-01T00:00:00Z';
  /** Moves the time of scheduled posts to the present, of all at once. @returns that time */
  const makeDue = async (...ids: string[]) => makeDueAt(inMs(-100), ...ids);
  const makeDueAt = async (at: string, ...ids: string[]) => {
    await galley.database.query('UPDATE posts SET scheduled_at = $1 WHERE id = ANY($2)', [at, ids]);
    return at;
  };
  const published = (id: string) =>
    until(async () => (await galley.anyone.get(`/api/v1/posts/${id}`)).status === 200);

  it.each([
    ['draft', 200],
    ['scheduled', 200],
    ['published', 'post_already_published'],
    ['archived', 'post_archived'],
  ] as const)('can be made of %s: %s', async (status, outcome) => {
    const post = await galley.aPost({ status });
    const at = '2099-01-02T03:04:05.678901Z';
    const answer = await schedule(post.id, post.by, at);
    if (outcome !== 200) return expect([answer.status, answer.body.code]).toEqual([409, outcome]);
    expect(answer.body).toMatchObject({ status: 'scheduled', scheduledAt: at, version: post.version + 1 });
    return undefined;
  });

  it('is published after its time, with that time as its publication', async () => {
    const post = await galley.aPost();
    await schedule(post.id, post.by, LATER).expect(200);
    const at = await makeDue(post.id);
    await published(post.id);
    const { body } = await galley.anyone.get(`/api/v1/posts/${post.id}`).expect(200);
    expect([Date.parse(body.publishedAt), body.scheduledAt]).toEqual([Date.parse(at), null]);
    const events = await galley.database.query<{ type: string }>(
      'SELECT type FROM events WHERE resource_id = $1 ORDER BY seq',
      [post.id],
    );
    expect(events.map(({ type }) => type)).toEqual(['post.created', 'post.scheduled', 'post.published']);
  });

  it('keeps the time of an earlier publication', async () => {
    const post = await galley.aPost({ status: 'published' });
    await galley.as(post.by).post(`/api/v1/posts/${post.id}/unpublish`).expect(200);
    await schedule(post.id, post.by, LATER).expect(200);
    await makeDue(post.id);
    await published(post.id);
    const { body } = await galley.anyone.get(`/api/v1/posts/${post.id}`).expect(200);
    expect(body.publishedAt).toBe(post.publishedAt);
  });

  it('can be moved and cancelled', async () => {
    const post = await galley.aPost();
    await schedule(post.id, post.by, '2099-01-01T00:00:00Z').expect(200);
    const { body } = await schedule(post.id, post.by, '2099-06-01T00:00:00Z').expect(200);
    expect(body.scheduledAt).toBe('2099-06-01T00:00:00Z');
    const cancelled = await galley.as(post.by).post(`/api/v1/posts/${post.id}/unpublish`).expect(200);
    expect(cancelled.body).toMatchObject({ status: 'draft', scheduledAt: null, publishedAt: null });
  });

  it('waits while its account is disabled, and is published with its time when the account is enabled', async () => {
    const [disabled, other] = [await galley.aPost(), await galley.aPost()];
    const admin = galley.as(await galley.aUser({ role: 'admin' }));
    for (const { id, by } of [disabled, other]) await schedule(id, by, LATER).expect(200);
    await admin.post(`/api/v1/users/${disabled.by.id}/disable`).expect(200);
    const at = await makeDue(disabled.id, other.id);
    await published(other.id);
    const { body } = await admin.get(`/api/v1/posts/${disabled.id}`).expect(200);
    expect([body.status, Date.parse(body.scheduledAt)]).toEqual(['scheduled', Date.parse(at)]);
    await admin.post(`/api/v1/users/${disabled.by.id}/enable`).expect(200);
    await published(disabled.id);
    const again = (await galley.anyone.get(`/api/v1/posts/${disabled.id}`).expect(200)).body;
    expect(Date.parse(again.publishedAt)).toBe(Date.parse(at));
  });

  it('is published although its time came long ago, for instance while no process was running', async () => {
    const post = await galley.aPost();
    await schedule(post.id, post.by, LATER).expect(200);
    const at = await makeDueAt(inMs(-3_600_000), post.id);
    await published(post.id);
    const { body } = await galley.anyone.get(`/api/v1/posts/${post.id}`).expect(200);
    expect(Date.parse(body.publishedAt)).toBe(Date.parse(at));
  });

  it('holds up no others if it cannot be published', async () => {
    const [broken, second, third] = [await galley.aPost(), await galley.aPost(), await galley.aPost()];
    await galley.database.query(`
      CREATE FUNCTION refuse_publication() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'This post cannot be published.'; END $$`);
    await galley.database.query(`
      CREATE TRIGGER refuse_publication BEFORE UPDATE ON posts FOR EACH ROW
        WHEN (NEW.id = '${broken.id}' AND NEW.status = 'published') EXECUTE FUNCTION refuse_publication()`);
    try {
      for (const { id, by } of [broken, second, third]) await schedule(id, by, LATER).expect(200);
      await makeDue(broken.id, second.id, third.id);
      await published(second.id);
      await published(third.id);
      await galley.anyone.get(`/api/v1/posts/${broken.id}`).expect(404);
    } finally {
      await galley.database.query('DROP TRIGGER refuse_publication ON posts');
      await galley.database.query('DROP FUNCTION refuse_publication');
    }
    await published(broken.id); // It is tried again.
  });

  it('must have a time in the future', async () => {
    const post = await galley.aPost();
    const { body } = await schedule(post.id, post.by, inMs(-1000)).expect(400);
    expect(body.errors).toEqual([
      { path: 'at', code: 'not_in_future', message: 'must be a time in the future' },
    ]);
  });
});

describe('a post that is created', () => {
  const create = async (more: object) => {
    const author = await galley.aUser({ role: 'author' });
    return galley.as(author).post('/api/v1/posts', { title: 'New', body: 'Words.', ...more });
  };

  it('is public at once with the status published', async () => {
    const { status, body } = await create({ status: 'published' });
    expect([status, body.status]).toEqual([201, 'published']);
    const { body: shown } = await galley.anyone.get(`/api/v1/posts/${body.id}`).expect(200);
    expect(shown.publishedAt).toBe(body.publishedAt);
    expect(Date.parse(shown.publishedAt)).not.toBeNaN();
  });

  it('is scheduled with the status scheduled and a time', async () => {
    const { body } = await create({ status: 'scheduled', scheduledAt: '2099-01-01T00:00:00Z' });
    expect(body).toMatchObject({ status: 'scheduled', scheduledAt: '2099-01-01T00:00:00Z' });
    expect(body.publishedAt).toBeNull();
  });

  it.each([
    [{ status: 'scheduled' }, 'scheduledAt'],
    [{ scheduledAt: '2099-01-01T00:00:00Z' }, 'scheduledAt'],
    [{ status: 'scheduled', scheduledAt: '2001-01-01T00:00:00Z' }, 'scheduledAt'],
    [{ status: 'scheduled', scheduledAt: '9999-12-31T23:59:59-00:01' }, 'scheduledAt'],
    [{ status: 'archived' }, 'status'],
  ])('is rejected with %j', async (more, path) => {
    const { status, body } = await create(more);
    expect([status, body.errors[0].path]).toEqual([400, path]);
  });

  it.each([
    [{ content: 'Text' }, 'the text of a post is body'],
    [{ html: '<p>Text</p>' }, 'send the text as body, with bodyFormat html'],
    [{ publishedAt: '2001-01-01T00:00:00Z' }, 'is set by the server'],
  ])('is rejected with %j, and says what to send instead', async (more, hint) => {
    expect((await create(more)).body.errors[0].message).toContain(hint);
    const post = await galley.aPost();
    const { body } = await galley.as(post.by).patch(`/api/v1/posts/${post.id}`, more).expect(400);
    expect(body.errors[0].message).toContain(hint);
  });

  it('is scheduled again by an action, and not by PATCH', async () => {
    const post = await galley.aPost();
    const time = { scheduledAt: '2099-01-01T00:00:00Z' };
    const { body } = await galley.as(post.by).patch(`/api/v1/posts/${post.id}`, time).expect(400);
    expect(body.errors[0].message).toBe(
      'cannot be changed by PATCH; use POST /api/v1/posts/{id}/schedule, or POST /api/v1/posts/{id}/unpublish to cancel it',
    );
    const named = await galley.as(post.by).post(`/api/v1/posts/${post.id}/schedule`, time).expect(400);
    expect(named.body.errors).toContainEqual({
      path: 'scheduledAt',
      code: 'unknown_field',
      message: 'is not a known field; send the time as at',
    });
  });

  it('gets another status only by an action', async () => {
    const post = await galley.aPost();
    const { body } = await galley
      .as(post.by)
      .patch(`/api/v1/posts/${post.id}`, { status: 'published' })
      .expect(400);
    expect(body.errors[0].message).toContain('POST /api/v1/posts/{id}/publish');
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
