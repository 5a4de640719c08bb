import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Client } from './support/client.js';
import { type Galley, startGalley } from './support/galley.js';

let galley: Galley;
let editor: Client;
beforeAll(async () => {
  galley = await startGalley();
  editor = galley.as(await galley.aUser({ role: 'editor' }));
});
afterAll(() => galley.stop());

const slugsOf = async (post: { id: string }) =>
  (await galley.anyone.get(`/api/v1/posts/${post.id}`).expect(200)).body.tags.map(
    (tag: { slug: string }) => tag.slug,
  );
const tagOf = async (slug: string) => (await galley.anyone.get(`/api/v1/tags/${slug}`).expect(200)).body;

describe('a tag', () => {
  it('is made by editors, with a slug of its name, at an address of its own', async () => {
    const answer = await editor.post('/api/v1/tags', { name: 'Graph Theory' }).expect(201);
    expect(answer.headers.get('location')).toBe('/api/v1/tags/graph-theory');
    expect(answer.body).toEqual({
      slug: 'graph-theory',
      name: 'Graph Theory',
      description: null,
      postCount: 0,
      version: 1,
    });
  });

  it('is one without regard to case: the name is taken', async () => {
    await editor.post('/api/v1/tags', { name: 'Éclair' }).expect(201);
    for (const name of ['Éclair', 'éclair', 'ÉCLAIR', ' e\u0301clair '])
      expect((await editor.post('/api/v1/tags', { name }).expect(409)).body.code).toBe('tag_name_taken');
  });

  it('gets a suffix where another name has its slug', async () => {
    expect((await editor.post('/api/v1/tags', { name: 'F' }).expect(201)).body.slug).toBe('f');
    expect((await editor.post('/api/v1/tags', { name: 'F#' }).expect(201)).body.slug).toBe('f-2');
    expect((await editor.post('/api/v1/tags', { name: 'F++' }).expect(201)).body.slug).toBe('f-3');
  });

  it('counts published posts alone', async () => {
    const name = `Counted ${randomUUID()}`;
    const draft = await galley.aPost({ tags: [name] });
    const slug = draft.tags?.[0]?.slug as string;
    await galley.aPost({ tags: [name], status: 'published' });
    expect((await tagOf(slug)).postCount).toBe(1);
    await galley.as(draft.by).post(`/api/v1/posts/${draft.id}/publish`).expect(200);
    expect((await tagOf(slug)).postCount).toBe(2);
  });

  it('of 100 at once is made once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, n) => editor.post('/api/v1/tags', { name: n % 2 ? 'Race' : 'RACE' })),
    );
    expect(answers.filter((answer) => answer.status === 201)).toHaveLength(1);
    expect(answers.filter((answer) => answer.status === 409)).toHaveLength(29);
  });
});

describe('renaming', () => {
  it('keeps the slug, so links stay', async () => {
    const tag = await galley.aTag();
    const post = await galley.aPost({ tags: [tag.name], status: 'published' });
    const { body } = await editor.patch(`/api/v1/tags/${tag.slug}`, { name: 'Quite other' }).expect(200);
    expect(body).toMatchObject({ slug: tag.slug, name: 'Quite other', postCount: 1, version: 2 });
    expect((await galley.anyone.get(`/api/v1/posts/${post.id}`)).body.tags).toEqual([
      { slug: tag.slug, name: 'Quite other' },
    ]);
  });

  it('may change the case, and may not take the name of another', async () => {
    const tag = await galley.aTag();
    await editor.patch(`/api/v1/tags/${tag.slug}`, { name: tag.name.toUpperCase() }).expect(200);
    const other = await galley.aTag();
    const { body } = await editor
      .patch(`/api/v1/tags/${other.slug}`, { name: tag.name.toLowerCase() })
      .expect(409);
    expect(body.code).toBe('tag_name_taken');
  });

  it('gives a name to one of those that want it at once', async () => {
    const tags = await Promise.all(
      Array.from({ length: 8 }, () => galley.aTag({ name: `Rename ${randomUUID()}` })),
    );
    const answers = await Promise.all(
      tags.map((tag) => editor.patch(`/api/v1/tags/${tag.slug}`, { name: 'The one' })),
    );
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, ...Array<number>(7).fill(409)]);
  });

  it('is a merge patch: absent keeps, null clears where it may', async () => {
    const tag = await galley.aTag({ description: 'D' });
    const patch = (changes: object) => editor.patch(`/api/v1/tags/${tag.slug}`, changes);
    expect((await patch({ name: `${tag.name}!` }).expect(200)).body.description).toBe('D');
    expect((await patch({ description: null }).expect(200)).body.description).toBeNull();
    await patch({ name: null }).expect(400);
    await patch({ slug: 'other' }).expect(400);
  });
});

describe('merging', () => {
  it('moves all posts, once each, and the first tag is gone', async () => {
    const [from, into] = [await galley.aTag(), await galley.aTag()];
    const one = await galley.aPost({ tags: [from.name], status: 'published' });
    const both = await galley.aPost({ tags: [from.name, into.name], status: 'published' });
    const none = await galley.aPost({ status: 'published' });
    const { body } = await editor.post(`/api/v1/tags/${from.slug}/merge`, { into: into.slug }).expect(200);
    expect(body).toMatchObject({ slug: into.slug, name: into.name, postCount: 2 });
    expect([await slugsOf(one), await slugsOf(both), await slugsOf(none)]).toEqual([
      [into.slug],
      [into.slug],
      [],
    ]);
    await galley.anyone.get(`/api/v1/tags/${from.slug}`).expect(404);
  });

  it('wants two tags that are there', async () => {
    const tag = await galley.aTag();
    const itself = await editor.post(`/api/v1/tags/${tag.slug}/merge`, { into: tag.slug }).expect(409);
    expect(itself.body.code).toBe('tag_merged_with_itself');
    await editor.post(`/api/v1/tags/${tag.slug}/merge`, { into: 'no-such-tag' }).expect(404);
    await editor.post(`/api/v1/tags/no-such-tag/merge`, { into: tag.slug }).expect(404);
    await editor.post(`/api/v1/tags/${tag.slug}/merge`, {}).expect(400);
  });

  it('both ways at once leaves one of the two, with all posts', async () => {
    for (let round = 0; round < 6; round++) {
      const [a, b] = [await galley.aTag(), await galley.aTag()];
      const post = await galley.aPost({ tags: [a.name, b.name], status: 'published' });
      const answers = await Promise.all([
        editor.post(`/api/v1/tags/${a.slug}/merge`, { into: b.slug }),
        editor.post(`/api/v1/tags/${b.slug}/merge`, { into: a.slug }),
      ]);
      expect(answers.map((answer) => answer.status).sort()).toEqual([200, 404]);
      expect(await slugsOf(post)).toHaveLength(1);
    }
  });

  it('takes along the posts that get the tag at the same moment', async () => {
    for (let round = 0; round < 6; round++) {
      const [from, into] = [await galley.aTag(), await galley.aTag()];
      const author = await galley.aUser();
      const [merged, ...posts] = await Promise.all([
        editor.post(`/api/v1/tags/${from.slug}/merge`, { into: into.slug }),
        ...Array.from({ length: 4 }, () =>
          galley.as(author).post('/api/v1/posts', { title: 'T', body: '', tags: [from.name] }),
        ),
      ]);
      expect(merged.status).toBe(200);
      for (const post of posts) {
        expect(post.status).toBe(201);
        const { body } = await galley.as(author).get(`/api/v1/posts/${post.body.id}`).expect(200);
        expect(body.tags).toHaveLength(1);
      }
    }
  });
});

describe('deleting', () => {
  it('takes the tag from its posts and leaves the posts as they are', async () => {
    const tag = await galley.aTag();
    const post = await galley.aPost({ tags: ['Stays', tag.name], status: 'published' });
    await editor.delete(`/api/v1/tags/${tag.slug}`).expect(204);
    expect(await slugsOf(post)).toEqual(['stays']);
    await galley.anyone.get(`/api/v1/tags/${tag.slug}`).expect(404);
    await editor.delete(`/api/v1/tags/${tag.slug}`).expect(404);
  });
});

describe('the list of tags', () => {
  it('is sorted by name without regard to case, or by slug', async () => {
    const names = ['zeta list', 'Alpha list', 'beta list'];
    for (const name of names) await editor.post('/api/v1/tags', { name }).expect(201);
    const list = async (sort: string) =>
      (await editor.get(`/api/v1/tags?limit=100&sort=${sort}&fields=name`).expect(200)).body.data
        .map((tag: { name: string }) => tag.name)
        .filter((name: string) => name.endsWith(' list'));
    expect(await list('name')).toEqual(['Alpha list', 'beta list', 'zeta list']);
    expect(await list('-slug')).toEqual(['zeta list', 'beta list', 'Alpha list']);
  });

  it('keeps slug whatever fields asks, and refuses what is not public', async () => {
    const { body } = await galley.anyone.get('/api/v1/tags?limit=1&fields=name').expect(200);
    expect(Object.keys(body.data[0]).sort()).toEqual(['name', 'slug']);
    for (const query of [
      'fields=id',
      'fields=createdAt',
      'sort=createdAt',
      'sort=postCount',
      'filter[name]=x',
      'q=x',
      'include=posts',
    ])
      await galley.anyone.get(`/api/v1/tags?${query}`).expect(400);
  });
});

describe('a tag of hidden drafts alone', () => {
  it('keeps its description from an author who puts its name on a draft', async () => {
    const name = `Secret ${randomUUID()}`;
    await editor.post('/api/v1/tags', { name, description: 'The takeover of Acme' }).expect(201);
    const hidden = await galley.aPost({ tags: [name] });
    const curious = await galley.aPost({ tags: [name.toUpperCase()] });
    const slug = curious.tags?.[0]?.slug as string;
    const seenBy = async (client: Client) =>
      (await client.get(`/api/v1/tags/${slug}`).expect(200)).body.description;
    const listedFor = async (client: Client) => {
      const { body } = await client.get('/api/v1/tags?limit=100&sort=-slug').expect(200);
      return body.data.find((tag: { slug: string }) => tag.slug === slug)?.description;
    };
    const author = galley.as(curious.by);
    expect(await seenBy(author)).toBeNull();
    expect(await listedFor(author)).toBeNull();
    expect(await seenBy(editor)).toBe('The takeover of Acme');
    await galley.as(hidden.by).post(`/api/v1/posts/${hidden.id}/publish`).expect(200);
    expect(await seenBy(author)).toBe('The takeover of Acme');
    expect(await listedFor(author)).toBe('The takeover of Acme');
  });
});
