import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { PostView } from '../src/posts/post-view.schemas.js';
import { answered } from './support/answered.js';
import type { Person } from './support/builders.js';
import type { Client } from './support/client.js';
import { type Galley, startGalley } from './support/galley.js';

let galley: Galley;
let ada: Person;
let author: Client;
let editor: Client;
beforeAll(async () => {
  galley = await startGalley();
  ada = await galley.aUser();
  author = galley.as(ada);
  editor = galley.as(await galley.aUser({ role: 'editor' }));
});
afterAll(() => galley.stop());

const path = (id: string, rest = '') => `/api/v1/posts/${id}${rest}`;
const published = (given = {}) =>
  galley.aPost({ author: ada, status: 'published', title: 'Public', ...given });
const etagOf = (answer: { headers: Headers }) => answer.headers.get('etag') as string;
const stateOf = async (id: string) =>
  (await author.get(path(id, '/revisions')).expect(200)).body.data.map(
    ({ number, state, version }: { number: number; state: string; version: number | null }) =>
      `${number} ${state} ${version}`,
  );

describe('a private edit of a published post', () => {
  it('is what its editors see with draft=true, and becomes public by publishing', async () => {
    const post = await published({ body: 'Old.', tags: ['Engines'] });
    const given = {
      title: 'Private',
      body: '*New.*',
      excerpt: 'Short',
      tags: ['Looms', 'engines'],
      slug: `s-${post.id}`,
    };
    const { body: edited } = await author
      .patch(path(post.id, '?draft=true'), { ...given, note: 'Soon' })
      .expect<PostView>(200);
    const expected = {
      title: 'Private',
      html: '<p><em>New.</em></p>\n',
      excerpt: 'Short',
      slug: `s-${post.id}`,
    };
    expect(edited).toMatchObject({ ...expected, version: post.version, status: 'published' });
    expect(edited.tags).toEqual([
      { slug: 'looms', name: 'Looms' },
      { slug: 'engines', name: 'Engines' },
    ]);
    expect(edited.pendingRevision).toMatchObject({
      ...{ number: 2, note: 'Soon', author: { id: ada.id } },
      fields: ['title', 'slug', 'excerpt', 'body', 'tags'],
    });
    expect((await editor.get(path(post.id, '?draft=true')).expect(200)).body).toEqual(edited);
    const { body: plain } = await author.get(path(post.id)).expect<PostView>(200);
    expect(plain).toMatchObject({ title: 'Public', body: 'Old.', pendingRevision: { number: 2 } });
    const { body: seen } = await galley.anyone.get(path(post.id)).expect<PostView>(200);
    expect([seen.title, 'pendingRevision' in seen]).toEqual(['Public', false]);
    await galley.anyone.get('/api/v1/tags/looms').expect(404);
    await galley.anyone.get(path(given.slug)).expect(404);

    const { body: after } = await author.post(path(post.id, '/publish')).expect<PostView>(200);
    expect(after).toMatchObject({ ...expected, version: post.version + 1, pendingRevision: null });
    expect(after.publishedAt).toBe(post.publishedAt);
    expect((await galley.anyone.get(path(given.slug)).expect(200)).body.title).toBe('Private');
    expect(await stateOf(post.id)).toEqual([`2 current ${post.version + 1}`, '1 past 1']);
    const events = await galley.database.query<{ type: string }>(
      `SELECT type FROM events WHERE resource_id = $1 ORDER BY id`,
      [post.id],
    );
    expect(events.map(({ type }) => type)).toEqual(['post.created', 'post.published', 'post.updated']);
    await author.post(path(post.id, '/publish')).expect(409);
  });

  it('continues with each further one, and is discarded without being lost', async () => {
    const post = await published({ body: 'Old.' });
    await author.patch(path(post.id, '?draft=true'), { body: 'One.' }).expect(200);
    await author.patch(path(post.id, '?draft=true'), { title: 'Two' }).expect(200);
    const { body: edited } = await author.get(path(post.id, '?draft=true')).expect<PostView>(200);
    expect(edited).toMatchObject({ title: 'Two', body: 'One.', html: '<p>One.</p>\n' });
    expect(await stateOf(post.id)).toEqual(['3 pending null', '2 past null', '1 current 1']);
    const { body } = await author.post(path(post.id, '/discard')).expect<PostView>(200);
    expect(body).toMatchObject({
      title: 'Public',
      body: 'Old.',
      version: post.version,
      pendingRevision: null,
    });
    expect((await author.post(path(post.id, '/discard')).expect(409)).body.code).toBe('no_pending_revision');
    expect(await stateOf(post.id)).toEqual(['3 past null', '2 past null', '1 current 1']);
    await author.post(path(post.id, '/revisions/3/restore?draft=true')).expect(200);
    expect((await author.get(path(post.id, '?draft=true')).expect(200)).body).toMatchObject({
      ...{ title: 'Two', body: 'One.', version: post.version, pendingRevision: { number: 4 } },
    });
  });

  it('is only for those who may edit the post', async () => {
    const post = await published();
    await author.patch(path(post.id, '?draft=true'), { title: 'Private' }).expect(200);
    await galley.anyone.get(path(post.id, '?draft=true')).expect(401);
    for (const role of ['user', 'author'] as const) {
      const other = galley.as(await galley.aUser({ role }));
      await other.get(path(post.id, '?draft=true')).expect(403);
      expect((await other.get(path(post.id)).expect(200)).body).not.toHaveProperty('pendingRevision');
    }
    await galley.anyone.get(path(post.id, '?draft=yes')).expect(400);
  });

  it('of other fields than a public edit is published with it', async () => {
    const post = await published({ body: 'Old.' });
    await author.patch(path(post.id, '?draft=true'), { title: 'Private' }).expect(200);
    await editor.patch(path(post.id), { body: 'Public.' }).expect(200);
    const { body } = await author.post(path(post.id, '/publish')).expect<PostView>(200);
    expect(body).toMatchObject({ title: 'Private', body: 'Public.', version: post.version + 2 });
    expect(await stateOf(post.id)).toEqual([
      ...[`4 current ${post.version + 2}`, `3 past ${post.version + 1}`, '2 past null', '1 past 1'],
    ]);
  });

  it('of a field that was changed publicly since must be confirmed', async () => {
    const post = await published();
    await author.patch(path(post.id, '?draft=true'), { title: 'Private', excerpt: 'Mine' }).expect(200);
    await galley.database.query('UPDATE posts SET title = $2, version = version + 1 WHERE id = $1', [
      post.id,
      'By the release before',
    ]);
    const { body: problem } = await author.post(path(post.id, '/publish')).expect(409);
    expect([problem.code, problem.detail]).toEqual([
      'pending_revision_outdated',
      expect.stringContaining(': title.'),
    ]);
    await author.post(path(post.id, '/publish'), undefined, { 'if-match': '"1"' }).expect(412);
    await author.patch(path(post.id, '?draft=true'), { excerpt: 'Still mine' }).expect(200);
    await author.post(path(post.id, '/publish')).expect(409);
    await author.patch(path(post.id, '?draft=true'), { title: 'Private' }).expect(200);
    const { body } = await author.post(path(post.id, '/publish')).expect<PostView>(200);
    expect(body).toMatchObject({ title: 'Private', excerpt: 'Still mine' });
    const titles = (await author.get(path(post.id, '/revisions')).expect(200)).body.data;
    expect(titles.map(({ title }: { title: string }) => title)).toContain('By the release before');
  });

  it('of a page moves it when it is published, if the page above it still exists', async () => {
    const aPage = () => published({ type: 'page' });
    const [page, above, gone] = [await aPage(), await aPage(), await aPage()];
    const moveBelow = (parentId: string) =>
      author.patch(path(page.id, '?draft=true'), { parentId }).expect<PostView>(200);
    expect((await moveBelow(gone.id)).body.parentId).toBe(gone.id);
    expect((await galley.anyone.get(path(page.id)).expect(200)).body.parentId).toBeNull();
    await author.delete(path(gone.id)).expect(204);
    expect((await author.post(path(page.id, '/publish')).expect(400)).body.errors).toMatchObject([
      { path: 'parentId', code: 'unknown_page' },
    ]);
    await moveBelow(above.id);
    const { body } = await author.post(path(page.id, '/publish')).expect<PostView>(200);
    expect(body.parentId).toBe(above.id);
  });

  it('of a post with another slug by now is found under its present one', async () => {
    const post = await published();
    await author.patch(path(post.id), { slug: `renamed-${post.id}` }).expect(200);
    const { headers } = await author.get(path(post.slug, '?draft=true')).expect(301);
    expect(headers.get('location')).toBe(path(`renamed-${post.id}`, '?draft=true'));
  });

  it('cannot take the slug of another post, neither at once nor later', async () => {
    const post = await published();
    const other = await published();
    const refused = await author.patch(path(post.id, '?draft=true'), { slug: other.slug }).expect(409);
    expect(refused.body.code).toBe('slug_taken');
    const slug = `later-${post.id}`;
    await author.patch(path(post.id, '?draft=true'), { slug }).expect(200);
    await galley.aPost({ author: ada, slug });
    const { body } = await author.post(path(post.id, '/publish')).expect(409);
    expect([body.code, body.detail]).toEqual(['slug_taken', expect.stringContaining('or discard it.')]);
    await author.get(path(post.id, '?draft=true')).expect(200);
  });
});

describe('a private edit that equals the public post', () => {
  const rowsOf = async (id: string) =>
    (
      await galley.database.query<{ actions: string }>(
        `SELECT (SELECT count(*) FROM events WHERE resource_id = $1::uuid) AS events,
           (SELECT count(*) FROM post_revisions WHERE post_id = $1::uuid) AS revisions,
           (SELECT string_agg(action, ' ' ORDER BY id) FROM audit_entries WHERE target_id = $1::text) AS actions`,
        [id],
      )
    )[0];

  it('ends with the edit that makes it so, as if there had been none', async () => {
    const post = await published({ body: '*Old.*', tags: ['Engines'] });
    const before = await author.get(path(post.id)).expect(200);
    const draft = path(post.id, '?draft=true');
    const given = { title: 'Private', body: 'New.', excerpt: 'Mine', tags: ['Looms'] };
    const edited = await author.patch(draft, given).expect(200);
    const partly = await author
      .patch(draft, { title: 'Public', excerpt: null, tags: ['engines'] })
      .expect(200);
    expect(partly.body.pendingRevision.fields).toEqual(['body']);
    await author.patch(draft, { body: '*Old.*' }, { 'if-match': etagOf(edited) }).expect(412);
    const last = await author.patch(draft, { body: '*Old.*' }, { 'if-match': etagOf(partly) }).expect(200);
    expect([last.body, etagOf(last)]).toEqual([before.body, etagOf(before)]);
    for (const one of [path(post.id), draft]) {
      const read = await author.get(one).expect(200);
      expect([read.body, etagOf(read)]).toEqual([before.body, etagOf(before)]);
    }
    expect((await author.post(path(post.id, '/publish')).expect(409)).body.code).toBe(
      'post_already_published',
    );
    expect((await author.post(path(post.id, '/discard')).expect(409)).body.code).toBe('no_pending_revision');
    expect(await stateOf(post.id)).toEqual(['3 past null', '2 past null', '1 current 1']);
    expect(await rowsOf(post.id)).toMatchObject({
      actions: expect.stringMatching(/post\.drafted post\.drafted post\.discarded$/),
    });
    await author.patch(draft, { title: 'Private' }).expect(200);
    await author.post(path(post.id, '/revisions/1/restore?draft=true')).expect(200);
    expect((await author.get(draft).expect(200)).body).toEqual(before.body);
  });

  it('because others have published its values ends by publishing, without a version', async () => {
    const post = await published();
    await author.patch(path(post.id, '?draft=true'), { title: 'Private' }).expect(200);
    await editor.patch(path(post.id), { title: 'Private' }).expect(200);
    const before = await author.get(path(post.id)).expect(200);
    const rows = await rowsOf(post.id);
    await author
      .post(path(post.id, '/publish'), undefined, { 'if-match': `"${post.version + 1}"` })
      .expect(412);
    const after = await author
      .post(path(post.id, '/publish'), undefined, { 'if-match': etagOf(before) })
      .expect<PostView>(200);
    expect(after.body).toEqual({ ...before.body, pendingRevision: null });
    expect(etagOf(after)).toMatch(new RegExp(`^"${post.version + 1}-`));
    const read = await author.get(path(post.id)).expect(200);
    expect([read.body, etagOf(read)]).toEqual([after.body, etagOf(after)]);
    expect(await rowsOf(post.id)).toEqual({ ...rows, actions: `${rows?.actions} post.discarded` });
    expect(await stateOf(post.id)).toEqual([`3 current ${post.version + 1}`, '2 past null', '1 past 1']);
    await author.post(path(post.id, '/publish')).expect(409);
  });

  it('ends when the post is published or scheduled again, which is one version as always', async () => {
    const at = '2099-01-01T00:00:00Z';
    for (const [action, request] of [
      ['publish', undefined],
      ['schedule', { at }],
    ] as const) {
      const post = await published();
      await author.patch(path(post.id, '?draft=true'), { title: 'Private' }).expect(200);
      await editor.patch(path(post.id), { title: 'Private' }).expect(200);
      await author.post(path(post.id, '/schedule'), { at }).expect(409);
      await author.post(path(post.id, '/unpublish')).expect(200);
      const { body } = await author.post(path(post.id, `/${action}`), request).expect<PostView>(200);
      expect(body).toMatchObject({ title: 'Private', version: post.version + 3, pendingRevision: null });
      expect(await stateOf(post.id)).toEqual([`3 current ${post.version + 1}`, '2 past null', '1 past 1']);
    }
  });
});

describe('a post in another state', () => {
  it('is edited itself with draft=true, because readers do not see it', async () => {
    const post = await galley.aPost({ author: ada });
    const { body } = await author
      .patch(path(post.id, '?draft=true'), { title: 'Other' })
      .expect<PostView>(200);
    expect(body).toMatchObject({ title: 'Other', version: 2, pendingRevision: null });
  });

  it('keeps the private edit when it is taken offline, and has it when it is published or scheduled', async () => {
    for (const [action, request] of [
      ['publish', undefined],
      ['schedule', { at: '2099-01-01T00:00:00Z' }],
    ] as const) {
      const post = await published();
      await author.patch(path(post.id, '?draft=true'), { title: 'Private' }).expect(200);
      await author.post(path(post.id, '/archive')).expect(200);
      const { body: back } = await author.post(path(post.id, '/restore')).expect<PostView>(200);
      expect(back).toMatchObject({ title: 'Public', pendingRevision: { number: 2 } });
      const { body } = await author.post(path(post.id, `/${action}`), request).expect<PostView>(200);
      expect(body).toMatchObject({ title: 'Private', version: post.version + 3, pendingRevision: null });
      expect(await stateOf(post.id)).toEqual([`2 current ${post.version + 3}`, '1 past 1']);
    }
  });
});

describe('the ETag of a post with a private edit', () => {
  it('names both versions: nobody replaces or publishes what they have not seen', async () => {
    const post = await published();
    const first = await author.get(path(post.id)).expect(200);
    const draft = (ifMatch: string, title: string) =>
      author.patch(path(post.id, '?draft=true'), { title }, { 'if-match': ifMatch });
    const mine = await draft(etagOf(first), 'Mine').expect(200);
    expect(etagOf(mine)).toMatch(new RegExp(`^"${post.version}\\.2-`));
    expect((await draft(etagOf(first), 'Theirs').expect(412)).body.code).toBe('version_mismatch');
    expect(etagOf(await author.get(path(post.id, '?draft=true')).expect(200))).toBe(etagOf(mine));
    const plain = await author.get(path(post.id)).expect(200);
    const next = await draft(etagOf(plain), 'Next').expect(200);
    for (const action of ['publish', 'discard'])
      await author.post(path(post.id, `/${action}`), undefined, { 'if-match': etagOf(mine) }).expect(412);
    await author.patch(path(post.id), { excerpt: 'Public' }, { 'if-match': etagOf(mine) }).expect(200);
    await author.post(path(post.id, '/publish'), undefined, { 'if-match': etagOf(next) }).expect(412);
    const last = await author.get(path(post.id)).expect(200);
    await author.post(path(post.id, '/publish'), undefined, { 'if-match': etagOf(last) }).expect(200);
  });

  it('lets exactly one of 20 private edits win', async () => {
    const post = await published();
    const etag = etagOf(await author.get(path(post.id)).expect(200));
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        answered(() =>
          author.patch(path(post.id, '?draft=true'), { title: `Title ${n}` }, { 'if-match': etag }),
        ),
      ),
    );
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([200, ...Array.from({ length: 19 }, () => 412)]);
  });

  it('is that of the replay of a private edit', async () => {
    const post = await published();
    const headers = { 'idempotency-key': `"${post.id}"` };
    const first = await author.patch(path(post.id, '?draft=true'), { title: 'Private' }, headers).expect(200);
    const again = await author.patch(path(post.id, '?draft=true'), { title: 'Private' }, headers).expect(200);
    expect([again.text, etagOf(again)]).toEqual([first.text, etagOf(first)]);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(await stateOf(post.id)).toEqual(['2 pending null', '1 current 1']);
  });
});
