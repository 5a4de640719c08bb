import { Galley, type Post } from '../../clients/typescript/src/galley.ts';
import { allOf } from './mirror.ts';
import type { MirrorFollower } from './mirror-follower.ts';

const STATUSES = ['draft', 'scheduled', 'published', 'archived'] as const;
const AT_A_TIME = 8;

/** What differs between a mirror and the API, as sentences, and how many resources were compared. */
export interface Comparison {
  compared: number;
  differences: string[];
}

/** Compares the mirror with what its caller reads, byte by byte. */
export async function compare({ mirror, token }: MirrorFollower, url: string): Promise<Comparison> {
  const read = new Reading(url, token);
  const differences: string[] = [];
  const note = (what: string, mirrored: string | undefined, present: string | undefined) => {
    if (mirrored !== present) differences.push(`${what}: the mirror has ${mirrored}, the API ${present}`);
  };
  const ids = await read.postIds();
  const comments = new Set<string>();
  await each([...new Set([...ids, ...mirror.posts.keys()])], async (id) => {
    note(`post ${id}`, asInChanges(json(mirror.posts.get(id))), asInChanges(await read.text(`posts/${id}`)));
    for (const [commentId, text] of ids.has(id) ? await read.comments(id) : []) {
      comments.add(commentId);
      note(`comment ${commentId}`, json(mirror.comments.get(commentId)), text);
    }
  });
  for (const id of mirror.comments.keys())
    if (!comments.has(id)) differences.push(`comment ${id}: the mirror has it, and the API does not`);
  const users = [...mirror.users].filter(([, { active }]) => active !== false);
  await each(users, async ([id, user]) =>
    note(`user ${id}`, json(user), asInChanges(await read.text(`users/${id}`))),
  );
  const tags = token === undefined ? await read.tags() : undefined;
  if (tags)
    for (const [slug, text] of tags)
      note(`tag ${slug}`, tagText(mirror.tags.get(slug), slug, mirror.posts), text);
  if (tags)
    for (const slug of mirror.tags.keys()) if (!tags.has(slug)) differences.push(`tag ${slug} is gone`);
  return {
    compared: mirror.posts.size + mirror.comments.size + users.length + (tags?.size ?? 0),
    differences,
  };
}

const json = (value: unknown) => (value === undefined ? undefined : JSON.stringify(value));

/** The tag in the form of the API, with the number of its posts. */
function tagText(tag: object | undefined, slug: string, posts: Map<string, Post>): string | undefined {
  if (!tag) return undefined;
  const { version, ...more } = tag as { version: number };
  const tagged = [...posts.values()].filter(({ tags = [] }) => tags.some((other) => other.slug === slug));
  return JSON.stringify({ ...more, postCount: tagged.length, version });
}

/**
 * What an account follows is no part of the account, and a private edit no change of the post, so changes carry neither. A mirror
 * that is not sure of a post reads it from the API, with both.
 */
function asInChanges(text: string | undefined): string | undefined {
  const isElsewhere = (key: string) =>
    ['followerCount', 'followingCount', 'followed', 'pendingRevision'].includes(key);
  return text && JSON.stringify(JSON.parse(text, (key, value) => (isElsewhere(key) ? undefined : value)));
}

class Reading {
  private readonly url: string;
  private readonly headers: Record<string, string>;
  private readonly galley: Galley;
  private readonly isPublic: boolean;

  constructor(url: string, token: string | undefined) {
    this.url = url;
    this.headers = token ? { authorization: `Bearer ${token}` } : {};
    this.isPublic = token === undefined;
    this.galley = new Galley(url, {
      fetch: (input, init) => fetch(input, { ...init, headers: { ...init?.headers, ...this.headers } }),
    });
  }

  /** Returns undefined if there is no such resource. */
  async text(path: string): Promise<string | undefined> {
    const answer = await fetch(`${this.url}/api/v1/${path}`, { headers: this.headers });
    const text = await answer.text();
    if (answer.status === 404) return undefined;
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`);
    return JSON.stringify(JSON.parse(text)); // PostgreSQL writes spaces into an object of `meta`.
  }

  async postIds(): Promise<Set<string>> {
    const list = this.galley.posts.list({
      limit: 100,
      fields: ['id'],
      'filter[type]': ['post', 'page'],
      ...(!this.isPublic && { 'filter[status]': [...STATUSES] }),
    });
    return new Set((await allOf(list)).map(({ id }) => id));
  }

  async comments(postId: string): Promise<[string, string][]> {
    const list = await allOf(this.galley.comments.list(postId, { limit: 100 }));
    return list.map((comment) => [comment.id, JSON.stringify(comment)]);
  }

  async tags(): Promise<Map<string, string>> {
    const list = await allOf(this.galley.tags.list({ limit: 100 }));
    return new Map(list.map((tag) => [tag.slug, JSON.stringify(tag)]));
  }
}

async function each<T>(items: T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = [...items];
  const one = async () => {
    for (let item = left.pop(); item !== undefined; item = left.pop()) await work(item);
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, one));
}
