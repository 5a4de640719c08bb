import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { PostView } from '../src/posts/post-view.schemas.js';
import { aWebhook, WEBHOOK_SETTINGS } from './support/a-webhook.js';
import type { Person } from './support/builders.js';
import type { Client } from './support/client.js';
import { type Galley, startGalley } from './support/galley.js';

let galley: Galley;
let author: Client;
let user: Client;
let readers: Client[];
let byAuthor: Person;
/** The cursor of the changes before the present post. A page contains all of its changes. */
let beginning: string;
beforeAll(async () => {
  galley = await startGalley({ ...WEBHOOK_SETTINGS, PUBLIC_URL: 'https://api.example.com' });
  const admin = galley.as(await galley.aUser({ role: 'admin' }));
  await aWebhook(admin, { events: ['*'], active: true });
  const ada = await galley.aUser();
  byAuthor = ada;
  author = galley.as(ada);
  user = galley.as(await galley.aUser({ role: 'user' }));
  readers = [galley.anyone, user, galley.as(await galley.aUser())];
  await user.put(`/api/v1/users/${ada.id}/follow`).expect(204);
});
afterAll(() => galley.stop());

/** A word that stands nowhere else. */
let words = 0;
const aWord = () => `canary${++words}x`;

const FIELDS = ['title', 'body', 'excerpt', 'slug', 'tags', 'meta'] as const;
type Field = (typeof FIELDS)[number];

const valueOf = (field: Field, word: string): unknown => {
  if (field === 'tags') return [word];
  return field === 'meta' ? { [word]: word } : word;
};

/** What readers can ask for about a post. Each is asked twice, so that the second response comes from a cache. */
const pathsOf = (id: string, slug: string, word: string): string[] => [
  `/api/v1/posts/${id}`,
  `/api/v1/posts/${slug}`,
  '/api/v1/posts?limit=100&fields=title,slug,excerpt,body,html,meta&include=tags,author',
  `/api/v1/posts?q=${word}`,
  `/api/v1/posts?filter[authorId]=${byAuthor.id}`,
  `/api/v1/posts?filter[tag]=${word}`,
  `/api/v1/posts/${word}`,
  `/api/v1/posts/${word}/comments`,
  `/api/v1/tags?limit=100`,
  `/api/v1/tags/${word}`,
  `/api/v1/users/${byAuthor.id}`,
  '/feeds/posts.rss',
  '/feeds/posts.atom',
  '/feeds/posts.json',
  `/feeds/posts.json?author=${byAuthor.id}`,
  `/feeds/posts.rss?tag=${word}`,
  '/sitemap.xml',
];

/** Everything that the server stores for others than the editors of the post. */
const STORED = [
  'SELECT p::text AS row FROM posts p',
  'SELECT t::text AS row FROM tags t',
  'SELECT e::text AS row FROM events e',
  'SELECT m::text AS row FROM webhook_messages m',
  'SELECT n::text AS row FROM notifications n',
  'SELECT a::text AS row FROM audit_entries a',
];

/** The word in the path of a request is no leak. */
async function leaksOf(id: string, slug: string, hidden: string[]): Promise<string[]> {
  const leaks: string[] = [];
  const look = (where: string, text: string, asked = '') => {
    for (const word of hidden) if (word !== asked && text.includes(word)) leaks.push(`${where}: ${word}`);
  };
  for (const word of hidden.slice(-2))
    for (const path of pathsOf(id, slug, word))
      for (const [n, reader] of [...readers, ...readers].entries()) {
        const { status, text } = await reader.get(path);
        if (path.includes(word)) {
          const found = status === 200 && !text.startsWith('{"data":[]');
          if (found) leaks.push(`${path} as ${n}: found`);
          look(`${path} as ${n}`, text, word);
        } else look(`${path} as ${n}`, text);
      }
  const { text } = await user.get(`/api/v1/changes?limit=100&cursor=${beginning}`).expect(200);
  look('changes', text);
  for (const statement of STORED)
    for (const { row } of await galley.database.query<{ row: string }>(statement)) look(statement, row);
  return leaks;
}

const edit = fc.record({
  kind: fc.constantFrom('private', 'private', 'public'),
  fields: fc.uniqueArray(fc.constantFrom(...FIELDS), { minLength: 1, maxLength: 4 }),
});
const step = fc.oneof(
  { weight: 6, arbitrary: edit },
  { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom('publish', 'discard', 'restore', 'comment') }) },
);
interface Step {
  kind: string;
  fields?: Field[];
}

it('a private edit never shows in any public response, list, search, feed, event, webhook or cache', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 6 }), async (steps: Step[]) => {
      beginning = (await user.get('/api/v1/changes').expect(200)).body.meta.nextCursor;
      let post: PostView = await galley.aPost({ author: byAuthor, status: 'published', body: aWord() });
      const url = `/api/v1/posts/${post.id}`;
      /** The present public word by field. */
      const shown = new Map<Field, string>();
      /** The present private words by field. Those of `meta` are keys, which later edits keep. */
      const pending = new Map<Field, string[]>();
      const ever: string[] = [];
      const published = new Set<string>();
      for (const { kind, fields = [] } of steps) {
        if (kind === 'private' || kind === 'public') {
          const given = new Map(fields.map((field) => [field, aWord()]));
          const changes = Object.fromEntries(
            [...given].map(([field, word]) => [field, valueOf(field, word)]),
          );
          const isPrivate = kind === 'private';
          const headers = { 'idempotency-key': `"${aWord()}"` };
          await author.patch(url + (isPrivate ? '?draft=true' : ''), changes, headers).expect(200);
          for (const [field, word] of given) {
            if (!isPrivate) shown.set(field, word);
            else pending.set(field, [...(field === 'meta' ? (pending.get(field) ?? []) : []), word]);
            if (isPrivate) ever.push(word);
          }
        } else if (kind === 'publish') {
          const { status } = await author.post(`${url}/publish`);
          if (status === 200) {
            for (const [field, edited] of pending)
              for (const word of edited) {
                shown.set(field, word);
                published.add(word);
              }
            pending.clear();
          }
        } else if (kind === 'discard') {
          const { status } = await author.post(`${url}/discard`);
          if (status === 200) pending.clear();
        } else if (kind === 'restore') {
          await author.post(`${url}/revisions/1/restore?draft=true`, { fields: ['title'] });
          pending.delete('title');
        } else await user.post(`${url}/comments`, { body: 'A word.' }).expect(201);
        post = (await author.get(url).expect<PostView>(200)).body;
        const hidden = ever.filter((word) => !published.has(word));
        expect(await leaksOf(post.id, post.slug, hidden)).toEqual([]);
        const { text } = await galley.anyone.get(url).expect(200);
        for (const [field, word] of shown) expect([field, text.includes(word)]).toEqual([field, true]);
      }
      if (pending.size > 0) {
        const { text } = await author.get(`${url}?draft=true`).expect(200);
        for (const [field, edited] of pending)
          expect([field, edited.every((word) => text.includes(word))]).toEqual([field, true]);
      }
    }),
    {
      numRuns: 12,
      endOnFailure: true,
      examples: [
        [
          [
            { kind: 'private', fields: ['meta'] },
            { kind: 'private', fields: ['meta', 'tags'] },
            { kind: 'publish' },
          ],
        ],
      ],
    },
  );
}, 600_000);
