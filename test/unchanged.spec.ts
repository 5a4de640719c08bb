import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from '../src/platform/schemas/schemas.js';
import type { PostView } from '../src/posts/post-view.schemas.js';
import type { RevisionItemView } from '../src/posts/revisions/revisions.schemas.js';
import { aWebhook, WEBHOOK_SETTINGS } from './support/a-webhook.js';
import type { Person } from './support/builders.js';
import type { Client } from './support/client.js';
import { type Galley, startGalley } from './support/galley.js';

let galley: Galley;
let admin: Client;
let ada: Person;
let author: Client;
beforeAll(async () => {
  galley = await startGalley({ ...WEBHOOK_SETTINGS, PROCESS_ROLE: 'api' });
  admin = galley.as(await galley.aUser({ role: 'admin' }));
  ada = await galley.aUser();
  author = galley.as(ada);
});
afterAll(() => galley.stop());

/** What every accepted change leaves behind. */
const traces = async () => {
  const [row] = await galley.database.query<{ events: string; entries: string; revisions: string }>(
    `SELECT (SELECT count(*) FROM events) AS events, (SELECT count(*) FROM audit_entries) AS entries,
       (SELECT count(*) FROM post_revisions) AS revisions`,
  );
  return row;
};

const etagOf = ({ headers }: { headers: Headers }) => headers.get('etag') as string;
const PLAIN = { 'accept-encoding': 'identity' };

/** Performs a write that changes nothing, and checks that it returns what a read returns and leaves nothing behind. */
async function changesNothing(
  by: Client,
  path: string,
  write: (
    headers: Record<string, string>,
  ) => PromiseLike<{ status: number; body: unknown; headers: Headers }>,
) {
  const read = await by.get(path, PLAIN).expect(200);
  const before = await traces();
  for (const match of ['*', etagOf(read)]) {
    const answer = await write({ ...PLAIN, 'if-match': match });
    expect([answer.status, answer.body]).toEqual([200, read.body]);
    expect(etagOf(answer)).toBe(etagOf(read));
  }
  expect(await traces()).toEqual(before);
  expect((await by.get(path, PLAIN).expect(200)).body).toEqual(read.body);
}

const pathOf = (id: string, rest = '') => `/api/v1/posts/${id}${rest}`;

const aWholePost = () =>
  galley.aPost({
    author: ada,
    title: 'Engines',
    body: '*Of* brass.',
    excerpt: 'Brass',
    tags: ['Engines', 'Looms'],
    meta: { b: '1', a: '2' },
    status: 'published',
  });

describe('an edit of a post that changes nothing', () => {
  it('has no version, no revision, no event and no entry in the audit log', async () => {
    const post = await aWholePost();
    const { title, slug, excerpt, body, bodyFormat, type, featured, commentsOpen, parentId } = post;
    const same = { title, slug, excerpt, body, bodyFormat, type, featured, commentsOpen, parentId };
    for (const given of [
      {},
      same,
      { note: 'I looked at it' },
      { tags: ['engines', 'LOOMS', 'Engines'] },
      { meta: { a: '2', b: '1' } },
      { ...same, tags: ['Engines', 'Looms'], meta: {} },
    ])
      await changesNothing(author, pathOf(post.id), (headers) =>
        author.patch(pathOf(post.id), given, headers),
      );
    await author.patch(pathOf(post.id), same, { 'if-match': '"9"' }).expect(412);
    await author.patch(pathOf(post.id), same, { 'if-none-match': '*' }).expect(412);
    await galley
      .as(await galley.aUser())
      .patch(pathOf(post.id), same)
      .expect(403);
    await author.patch(pathOf(post.id), { ...same, parentId: post.id }).expect(400);
  });

  it('is none if the order of the tags, a value of meta or a part of the body differs', async () => {
    const { id, version: first } = await aWholePost();
    let version = first;
    for (const given of [
      { tags: ['Looms', 'Engines'] },
      { meta: { a: '3' } },
      { meta: { a: null } },
      { body: '*Of* brass.\n' },
      { bodyFormat: 'html' },
      { excerpt: null },
    ]) {
      const { body } = await author.patch(pathOf(id), given).expect<PostView>(200);
      expect([given, body.version]).toEqual([given, ++version]);
    }
  });

  it('does not push real revisions out of the history, however often an editor saves', async () => {
    const { id } = await galley.aPost({ author: ada });
    for (let n = 0; n < 20; n++)
      await author.patch(pathOf(id), { title: 'Real', body: 'Words.' }).expect(200);
    const { body } = await author.get(pathOf(id, '/revisions')).expect<Page<RevisionItemView>>(200);
    expect(body.data.map(({ number, changed }) => [number, changed])).toEqual([
      [2, ['title']],
      [1, []],
    ]);
  });

  it('renders an imported body again only if it names the format', async () => {
    const { id } = await galley.aPost({ author: ada, body: 'One\n\nTwo', bodyFormat: 'html' });
    await galley.database.query(
      `UPDATE posts SET body_dialect = 'wordpress', html = '<p>One</p>', version = version + 1 WHERE id = $1`,
      [id],
    );
    await changesNothing(author, pathOf(id), (headers) =>
      author.patch(pathOf(id), { body: 'One\n\nTwo' }, headers),
    );
    const { body } = await author.patch(pathOf(id), { bodyFormat: 'html' }).expect<PostView>(200);
    expect(body).toMatchObject({ version: 3, html: 'One\n\nTwo' });
  });

  it('is also a restored revision with the present content, and an operation of a bulk request', async () => {
    const post = await aWholePost();
    await changesNothing(author, pathOf(post.id), (headers) =>
      author.post(pathOf(post.id, '/revisions/1/restore'), { note: 'Again' }, headers),
    );
    const before = await traces();
    for (const atomic of [false, true]) {
      const operations = [
        { op: 'update', id: post.id, ifMatch: `"${post.version}"`, body: { title: 'Engines' } },
      ];
      const { body } = await author
        .post('/api/v1/posts/bulk', { atomic, operations })
        .expect(atomic ? 200 : 207);
      expect(body.results).toMatchObject([{ status: 200, body: { version: post.version } }]);
    }
    expect(await traces()).toEqual(before);
  });
});

describe('a form that returns the excerpt which the server has created', () => {
  const created = (given = {}) =>
    galley.aPost({ author: ada, title: 'Type', body: 'Cast *in* lead.', excerpt: undefined, ...given });
  const formOf = ({
    title,
    slug,
    excerpt,
    body,
    bodyFormat,
    type,
    featured,
    commentsOpen,
    parentId,
  }: PostView) => ({
    ...{ title, slug, excerpt, body, bodyFormat, type, featured, commentsOpen, parentId },
  });
  const storedOf = async (id: string) =>
    (await galley.database.query('SELECT excerpt FROM posts WHERE id = $1', [id]))[0]?.excerpt;

  it('changes nothing, in a bulk request as well', async () => {
    for (const body of ['Cast *in* lead.', '']) {
      const post = await created({ body });
      const form = formOf(post);
      await changesNothing(author, pathOf(post.id), (headers) =>
        author.patch(pathOf(post.id), form, headers),
      );
      for (const atomic of [false, true]) {
        const operations = [{ op: 'update', id: post.id, body: form }];
        const answer = await author.post('/api/v1/posts/bulk', { atomic, operations });
        expect(answer.body.results).toMatchObject([{ status: 200, body: { version: post.version } }]);
      }
      expect(await storedOf(post.id)).toBeNull();
    }
  });

  it('does not fix it: the excerpt follows the body, also if the same change gives another one', async () => {
    const post = await created();
    const edit = async (given: object) =>
      (await author.patch(pathOf(post.id), given).expect<PostView>(200)).body;
    const first = await edit({ ...formOf(post), title: 'Types', body: 'Cut in wood.' });
    expect([first.version, first.excerpt]).toEqual([post.version + 1, 'Cut in wood.']);
    expect((await edit({ body: 'Made of stone.' })).excerpt).toBe('Made of stone.');
    // An excerpt that another edit has replaced is an own one, and so is one that only the next body would give.
    expect((await edit({ excerpt: 'Cut in wood.' })).excerpt).toBe('Cut in wood.');
    expect(await storedOf(post.id)).toBe('Cut in wood.');
    await edit({ excerpt: null });
    const { body } = await author
      .post('/api/v1/posts/bulk', {
        operations: [{ op: 'update', id: post.id, body: { excerpt: 'Made of stone.', body: 'Of clay.' } }],
      })
      .expect(207);
    expect(body.results[0].body.excerpt).toBe('Of clay.');
    expect(await storedOf(post.id)).toBeNull();
  });

  it('keeps an own excerpt that has the same text, and a restored one', async () => {
    const post = await created({ excerpt: 'Cast in lead.' });
    await changesNothing(author, pathOf(post.id), (headers) =>
      author.patch(pathOf(post.id), formOf(post), headers),
    );
    expect(await storedOf(post.id)).toBe('Cast in lead.');
    await author.patch(pathOf(post.id), { excerpt: null }).expect(200);
    await author.post(pathOf(post.id, '/revisions/1/restore'), {}).expect(200);
    expect(await storedOf(post.id)).toBe('Cast in lead.');
  });

  it('is compared with the preview in a private edit', async () => {
    const post = await created({ status: 'published' });
    const path = pathOf(post.id, '?draft=true');
    const edit = async (given: object) => (await author.patch(path, given).expect<PostView>(200)).body;
    await changesNothing(author, path, (headers) => author.patch(path, formOf(post), headers));
    const first = await edit({ ...formOf(post), body: 'Cut in wood.' });
    expect([first.excerpt, first.pendingRevision?.fields]).toEqual(['Cut in wood.', ['body']]);
    await changesNothing(author, path, (headers) => author.patch(path, formOf(first), headers));
    const next = await edit({ ...formOf(first), body: 'Of clay.' });
    expect([next.excerpt, next.pendingRevision?.fields]).toEqual(['Of clay.', ['body']]);
    await author.post(pathOf(post.id, '/publish')).expect(200);
    expect((await author.get(pathOf(post.id)).expect(200)).body.excerpt).toBe('Of clay.');
    expect(await storedOf(post.id)).toBeNull();
  });

  it('sees in a preview the excerpt that the publication will create', async () => {
    const post = await created({ status: 'published' });
    const path = pathOf(post.id, '?draft=true');
    const previewed = async () => (await author.get(path).expect<PostView>(200)).body.excerpt;
    await author.patch(path, { body: 'Cut in wood.' }).expect(200);
    await author.patch(pathOf(post.id), { excerpt: 'Public' }).expect(200);
    expect(await previewed()).toBe('Public');
    await author.patch(path, { excerpt: null, body: post.body }).expect(200);
    await author.patch(pathOf(post.id), { body: 'Of clay.' }).expect(200);
    expect(await previewed()).toBe('Of clay.');
    const { body } = await author.post(pathOf(post.id, '/publish')).expect<PostView>(200);
    expect(body.excerpt).toBe('Of clay.');
  });
});

describe('scheduling a post at the time that it has', () => {
  it('changes nothing, however the time is written', async () => {
    const post = await galley.aPost({ author: ada });
    const path = pathOf(post.id);
    const schedule = (at: string, headers = {}) => author.post(pathOf(post.id, '/schedule'), { at }, headers);
    const { body } = await schedule('2099-01-01T00:30:00.123457Z').expect<PostView>(200);
    for (const at of [
      ...['2099-01-01T00:30:00.123457Z', '2099-01-01T00:30:00.1234567Z', '2099-01-01T02:30:00.123457+02:00'],
      ...['2098-12-31T00:31:00.123457-23:59', '2099-01-01T00:30:00.123457000Z'],
    ])
      await changesNothing(author, path, (headers) => schedule(at, headers));
    await schedule('2099-01-01T00:30:00.123457Z', { 'if-match': '"9"' }).expect(412);
    const before = await traces();
    for (const atomic of [false, true]) {
      const operations = [{ op: 'schedule', id: post.id, body: { at: '2099-01-01T01:30:00.123457+01:00' } }];
      const answer = await author.post('/api/v1/posts/bulk', { atomic, operations });
      expect(answer.body.results).toMatchObject([{ status: 200, body: { version: body.version } }]);
    }
    expect(await traces()).toEqual(before);
    const moved = await schedule('2099-01-01T00:30:00.123458Z').expect<PostView>(200);
    expect(moved.body.version).toBe(body.version + 1);
    await author.post(pathOf(post.id, '/unpublish')).expect(200);
    const again = await schedule('2099-01-01T00:30:00.123458Z').expect<PostView>(200);
    expect(again.body).toMatchObject({ status: 'scheduled', version: body.version + 3 });
  });
});

describe('a private edit that changes nothing', () => {
  it('creates none, and no revision of the one that there is', async () => {
    const post = await aWholePost();
    const edit = (given: object) => (headers: Record<string, string>) =>
      author.patch(pathOf(post.id, '?draft=true'), given, headers);
    const path = pathOf(post.id, '?draft=true');
    await changesNothing(author, path, edit({ title: 'Engines', tags: ['engines', 'looms'] }));
    expect((await author.get(path).expect<PostView>(200)).body.pendingRevision).toBeNull();
    await author.patch(path, { title: 'Private', tags: ['Private'] }).expect(200);
    await changesNothing(author, path, edit({ title: 'Private', tags: ['Private'], body: '*Of* brass.' }));
    await changesNothing(author, path, (headers) =>
      author.post(pathOf(post.id, '/revisions/2/restore?draft=true'), {}, headers),
    );
    // The same for the public post. Its private edit remains.
    await changesNothing(author, pathOf(post.id), (headers) =>
      author.patch(pathOf(post.id), { title: 'Engines' }, headers),
    );
  });

  it('still accepts that it replaces a public value that somebody has changed since', async () => {
    const post = await aWholePost();
    const path = pathOf(post.id, '?draft=true');
    await author.patch(path, { title: 'Private' }).expect(200);
    await author.patch(pathOf(post.id), { title: 'Public' }).expect(200);
    await author.post(pathOf(post.id, '/publish')).expect(409);
    await author.patch(path, { title: 'Private' }).expect(200);
    await author.post(pathOf(post.id, '/publish')).expect(200);
    expect((await author.get(pathOf(post.id)).expect<PostView>(200)).body.title).toBe('Private');
  });
});

describe('a change of another resource that changes nothing', () => {
  it('is a comment with the same text, and its moderation to the same status', async () => {
    const { id, by } = await galley.aComment({ body: 'Well *said*.' });
    const path = `/api/v1/comments/${id}`;
    const reader = galley.as(by);
    await changesNothing(reader, path, (headers) => reader.patch(path, { body: 'Well *said*.' }, headers));
    await changesNothing(admin, path, (headers) =>
      admin.post(`${path}/moderate`, { status: 'visible' }, headers),
    );
    const { body } = await reader.patch(path, { body: 'Well said.' }).expect(200);
    expect(body.version).toBe(2);
  });

  it('is a tag with the same name and description', async () => {
    const { slug, name } = await galley.aTag({ description: 'About' });
    const path = `/api/v1/tags/${slug}`;
    await changesNothing(admin, path, (headers) =>
      admin.patch(path, { name, description: 'About' }, headers),
    );
    expect((await admin.patch(path, { name: name.toUpperCase() }).expect(200)).body.version).toBe(2);
  });

  it('is a profile with the same values, the same role, and the state that an account has', async () => {
    const person = await galley.aUser();
    const path = `/api/v1/users/${person.id}`;
    const own = galley.as(person);
    await changesNothing(own, '/api/v1/users/me', (headers) =>
      own.patch('/api/v1/users/me', { name: person.name, bio: null }, headers),
    );
    await changesNothing(admin, path, (headers) => admin.patch(path, { role: person.role }, headers));
    await changesNothing(admin, path, (headers) => admin.post(`${path}/enable`, undefined, headers));
    await admin.post(`${path}/disable`).expect(200);
    await changesNothing(admin, path, (headers) => admin.post(`${path}/disable`, undefined, headers));
  });

  it('is a webhook with the same values, also if its deliveries shall not wait', async () => {
    const { id, url } = await aWebhook(admin, { events: ['post.*', 'tag.updated'] });
    const path = `/api/v1/webhooks/${id}`;
    const same = { url, events: ['post.*', 'tag.updated'], description: null };
    await changesNothing(admin, path, (headers) => admin.patch(path, same, headers));
    for (const events of [
      ['tag.updated', 'post.*'],
      ['post.*', 'tag.updated', 'post.*'],
    ])
      await changesNothing(admin, path, (headers) => admin.patch(path, { ...same, events }, headers));
    const rest = `rest_until = now() + interval '1 day'`;
    await galley.database.query(`UPDATE webhooks SET ${rest} WHERE id = $1`, [id]);
    await changesNothing(admin, path, (headers) => admin.patch(path, { active: true }, headers));
    const [row] = await galley.database.query('SELECT rest_until FROM webhooks WHERE id = $1', [id]);
    expect(row).toEqual({ rest_until: null });
    await galley.database.query(`UPDATE webhooks SET failing_since = now() WHERE id = $1`, [id]);
    const { body } = await admin.patch(path, { active: true }).expect(200);
    expect(body).toMatchObject({ version: 2, failingSince: null });
  });
});

it('the events of a webhook are stored without duplicates', async () => {
  const { id, events } = await aWebhook(admin, { events: ['tag.updated', 'post.*', 'tag.updated'] });
  expect(events).toEqual(['tag.updated', 'post.*']);
  const path = `/api/v1/webhooks/${id}`;
  const { body } = await admin.patch(path, { events: ['post.*', 'post.*'] }).expect(200);
  expect(body).toMatchObject({ events: ['post.*'], version: 2 });
  const { body: more } = await admin.patch(path, { events: ['user.updated', 'post.*'] }).expect(200);
  expect(more).toMatchObject({ events: ['user.updated', 'post.*'], version: 3 });
});

it('a request without a change can be repeated with its Idempotency-Key', async () => {
  const post = await aWholePost();
  const headers = { 'idempotency-key': `"${randomUUID()}"` };
  const first = await author.patch(pathOf(post.id), { title: 'Engines' }, headers).expect(200);
  const second = await author.patch(pathOf(post.id), { title: 'Engines' }, headers).expect(200);
  expect(second.body).toEqual(first.body);
});
