/**
 * The lowest cost of each response on this machine: node:http with one
 * prepared statement that builds the JSON, bare Fastify that sends the same
 * bytes, and the bare password hash. It does not validate, limit, log, count or
 * compress anything, and sets only the headers of HTTP.
 */
import { createServer, type IncomingMessage } from 'node:http';
import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { availableParallelism } from 'node:os';
import { verify } from '@node-rs/argon2';
import Fastify from 'fastify';
import pLimit from 'p-limit';
import pg from 'pg';
import { isMain } from '../scripts/tools/main.ts';
import type { BenchData } from './data.ts';
import { serveParent } from './parent.ts';

const POOL_MAX = 20; // DATABASE_POOL_MAX

const COLUMNS = `p.id, p.type, p.slug, p.title, coalesce(p.excerpt, p.summary) AS excerpt, p.body_format AS "bodyFormat",
  p.status, p.published_at AS "publishedAt", p.scheduled_at AS "scheduledAt", p.created_at AS "createdAt",
  p.updated_at AS "updatedAt", p.version, p.author_id AS "authorId", p.comment_count AS "commentCount",
  (SELECT row_to_json(a) FROM (SELECT u.id, u.name, u.avatar_url AS "avatarUrl" FROM users u WHERE u.id = p.author_id) a) AS author,
  (SELECT coalesce(json_agg(row_to_json(t)), '[]') FROM (SELECT t.slug, t.name FROM post_tags pt
    JOIN tags t ON t.id = pt.tag_id WHERE pt.post_id = p.id ORDER BY pt.position) t) AS tags`;

const LIST = {
  name: 'list',
  text: `SELECT json_build_object('data', json_agg(row_to_json(p)), 'meta', json_build_object('nextCursor', null))::text AS json
    FROM (SELECT ${COLUMNS} FROM posts p WHERE p.type = 'post' AND p.status = 'published'
      ORDER BY (CASE WHEN p.status = 'published' THEN p.published_at ELSE p.updated_at END) DESC, p.id DESC LIMIT 20) p`,
};
const POST = {
  name: 'post',
  text: `SELECT row_to_json(r)::text AS json FROM (SELECT ${COLUMNS}, p.body, p.html FROM posts p
    WHERE p.slug = $1 AND p.status = 'published') r`,
};
const CREATE = {
  name: 'create',
  text: `WITH made AS (
      INSERT INTO posts (id, type, slug, title, body, body_format, html, summary, html_version, author_id)
      VALUES ($1, 'post', $2, $3, $4, 'markdown', $4, left($4, 280), 1, $5) RETURNING *
    ), tagged AS (
      INSERT INTO post_tags (post_id, tag_id, position) SELECT made.id, t.id, 1 FROM made, tags t WHERE lower(t.name) = ANY($6)
    )
    SELECT row_to_json(made)::text AS json FROM made`,
};

/** What the responses are made of. */
export interface BareSettings extends BenchData {
  databaseUrl: string;
  /** The bytes of Galley's own responses. */
  list: string;
  post: string;
}

/** Where both servers listen. */
export interface BarePorts {
  node: number;
  fastify: number;
}

const TAIL = '/tail/';

interface Statement {
  name: string;
  text: string;
}
interface Creation {
  title: string;
  body: string;
  tags: string[];
}
type Answer = (request: IncomingMessage) => Promise<string>;

async function readBody(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return JSON.parse(text);
}

const portOf = (address: AddressInfo | string | null) => (address as AddressInfo).port;

function answersOf({ databaseUrl, slug, authorId, passwordHash }: BareSettings): Answer {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: POOL_MAX, options: '-c timezone=UTC' });
  const hashing = pLimit(availableParallelism());
  const json = async (statement: Statement, values: unknown[]): Promise<string> =>
    (await pool.query<{ json: string }>({ ...statement, values })).rows[0]?.json ?? '';
  const routes: Record<string, Answer> = {
    '/list': () => json(LIST, []),
    '/post': () => json(POST, [slug]),
    '/create': async (request) => {
      const { title, body, tags } = (await readBody(request)) as Creation;
      const names = tags.map((name) => name.toLowerCase());
      return json(CREATE, [randomUUID(), randomUUID(), title, body, authorId, names]);
    },
    '/login': async (request) => {
      const { password } = (await readBody(request)) as { password: string };
      return JSON.stringify({ right: await hashing(() => verify(passwordHash, password)) });
    },
  };
  return (request) => {
    const url = request.url ?? '';
    if (url.startsWith(TAIL)) return json(POST, [url.slice(TAIL.length)]);
    const route = routes[url];
    if (!route) throw new Error(`no route ${url}`);
    return route(request);
  };
}

async function serveNode(settings: BareSettings): Promise<number> {
  const answer = answersOf(settings);
  const server = createServer((request, response) => {
    void answer(request).then((body) => {
      response.writeHead(200, {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
      });
      response.end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return portOf(server.address());
}

async function serveFastify({ list, post }: BareSettings): Promise<number> {
  const fastify = Fastify();
  for (const [path, body] of Object.entries({ '/list': list, '/post': post }))
    fastify.get(path, (_request, reply) => reply.header('content-type', 'application/json').send(body));
  await fastify.listen({ port: 0, host: '127.0.0.1' });
  return portOf(fastify.server.address());
}

async function serveBare(settings: BareSettings): Promise<BarePorts> {
  return { node: await serveNode(settings), fastify: await serveFastify(settings) };
}

if (isMain(import.meta)) await serveParent(serveBare);
