import type pg from 'pg';
import type { ImportReport } from '../../../src/import/import.report.js';
import type { PostView } from '../../../src/posts/post-view.schemas.js';
import type { Writer } from '../writer.ts';
import { type FileEntity, valueOf } from './file-entity.ts';

export type Post = PostView & { tags: { slug: string; name: string }[]; authorId: string | null };

export interface Comment {
  id: string;
  postId: string;
  parentId: string | null;
  body: string;
  html: string;
  author: { id: string | null; name: string } | null;
  status: string;
  createdAt: string;
  updatedAt: string;
}

export interface Tag {
  slug: string;
  name: string;
  description: string | null;
}

export interface User {
  id: string;
  name: string;
  email: string | null;
  bio: string | null;
  website: string | null;
  avatarUrl: string | null;
}

/** What the API returns after an import, and the ids of what the file names by its own ids. */
export interface Imported {
  report: ImportReport;
  posts: Map<string, Post>;
  comments: Map<string, Comment>;
  tags: Tag[];
  users: Map<string, User>;
  /** The id of a resource by its kind and its id in the file, for example 'post 12'. */
  ids: Map<string, string>;
  /** The hash of the password of each account that has one. */
  passwords: Map<string, string>;
  /** The address of each attachment by its id in the file. */
  attachments: Map<string, string>;
  /** Everything in the file, by its kind and its id. */
  rows: Map<string, FileEntity>;
  /** The ids of the posts of a Ghost export whose authors are in a table of their own. */
  withAuthors: Set<string>;
}

const ALL = 'filter[status]=draft,scheduled,published,archived&filter[type]=post,page';
const POST =
  'fields=type,slug,title,excerpt,body,html,status,publishedAt,scheduledAt,createdAt,updatedAt,authorId,parentId,' +
  'featured,commentsOpen,meta,commentCount&include=tags';

const COMMENT = 'filter[status]=visible,pending,hidden,deleted';

export async function readImported(
  admin: Writer,
  pool: pg.Pool,
  report: ImportReport,
  rows: FileEntity[],
): Promise<Imported> {
  const posts = await readAll<Post>(admin, `/api/v1/posts?${ALL}&${POST}`);
  const comments: Comment[] = [];
  for (const { id } of await withComments(pool))
    comments.push(...(await readAll<Comment>(admin, `/api/v1/posts/${id}/comments?${COMMENT}`)));
  return {
    report,
    posts: byId(posts),
    comments: byId(comments),
    tags: await readAll<Tag>(admin, '/api/v1/tags?'),
    users: byId(await readAll<User>(admin, '/api/v1/users?')),
    ids: await readKeys(pool),
    passwords: await readPasswords(pool),
    attachments: attachmentsOf(rows),
    rows: new Map(rows.map((row) => [`${row.kind} ${row.id}`, row])),
    withAuthors: new Set(
      rows.filter(({ kind }) => kind === 'posts_authors').map((row) => valueOf(row, 'post_id')),
    ),
  };
}

async function readAll<T>(admin: Writer, path: string): Promise<T[]> {
  const found: T[] = [];
  for (let next: string | null = `${path}&limit=100`; next;) {
    const answer = await fetch(new URL(next, admin.galley.url), {
      headers: { authorization: `Bearer ${admin.token}` },
    });
    if (!answer.ok) throw new Error(`${next}: ${answer.status} ${await answer.text()}`);
    const page = (await answer.json()) as { data: T[]; meta: { nextCursor: string | null } };
    found.push(...page.data);
    const { nextCursor } = page.meta;
    next = nextCursor && `${path}&limit=100&cursor=${encodeURIComponent(nextCursor)}`;
  }
  return found;
}

const withComments = async (pool: pg.Pool) =>
  (await pool.query<{ id: string }>('SELECT DISTINCT post_id AS id FROM comments')).rows;

/** The keys end with the kind and the id, for example 'wordpress blog.example post 12'. */
async function readKeys(pool: pg.Pool): Promise<Map<string, string>> {
  const { rows } = await pool.query<{ key: string; id: string; guid: string | null }>(
    'SELECT key, resource_id AS id, guid FROM import_keys',
  );
  return new Map([
    ...rows.map(
      ({ key, id }) => [/ ((?:author|user|post|comment|guid) .+)$/s.exec(key)?.[1] ?? key, id] as const,
    ),
    ...rows.flatMap(({ guid, id }) => (guid === null ? [] : [[`stored ${guid} ${id}`, id] as const])),
  ]);
}

const byId = <T extends { id: string }>(items: T[]) => new Map(items.map((item) => [item.id, item]));

const attachmentsOf = (rows: FileEntity[]) =>
  new Map(
    rows
      .filter(({ kind }) => kind === 'attachment')
      .map((row) => [row.id, valueOf(row, 'wp:attachment_url')]),
  );

async function readPasswords(pool: pg.Pool): Promise<Map<string, string>> {
  const { rows } = await pool.query<{ id: string; hash: string }>(
    'SELECT id, password_hash AS hash FROM users WHERE password_hash IS NOT NULL',
  );
  return new Map(rows.map(({ id, hash }) => [id, hash]));
}
