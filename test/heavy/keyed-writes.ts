import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import type { KeyedWrite, Made, Writer } from './writer.ts';

interface Counted {
  write: KeyedWrite;
  /** Returns how many times the write has had its effect. */
  effects: () => Promise<number>;
}
export type MakeWrite = () => Promise<Counted>;

/** The kinds of writes with an Idempotency-Key. Each kind counts its effects, which must be 1. */
export function keyedWrites(writer: Writer, pool: Pool): Record<string, MakeWrite> {
  const count = async (text: string, ...values: unknown[]): Promise<number> =>
    (await pool.query<{ n: number }>(`SELECT (${text})::int AS n`, values)).rows[0]?.n ?? 0;
  const published = async (title: string): Promise<Made> => {
    const post = await writer.make('/api/v1/posts', { title, body: 'Words.' });
    await writer.make(`/api/v1/posts/${post.id}/publish`);
    return post;
  };
  return {
    // eslint-disable-next-line @typescript-eslint/require-await -- as the others
    async post() {
      const title = `post ${randomUUID()}`;
      const write = writer.write('/api/v1/posts', { title, body: 'x'.repeat(500), tags: [`tag ${title}`] });
      const effects = () =>
        count(
          `SELECT count(*) FROM posts p JOIN post_tags pt ON pt.post_id = p.id JOIN tags t ON t.id = pt.tag_id WHERE p.title = $1`,
          title,
        );
      return { write, effects };
    },
    async bulk() {
      const { id, version } = await writer.make('/api/v1/posts', { title: `bulk ${randomUUID()}`, body: '' });
      const title = `bulk ${randomUUID()}`;
      const create = { op: 'create', body: { title, body: 'x'.repeat(500), tags: [`tag ${title}`] } };
      const operations = [create, create, { op: 'publish', id }, { op: 'archive', id: randomUUID() }, create];
      const effects = () =>
        count(
          `SELECT CASE (SELECT count(*) FROM posts WHERE title = $2) WHEN 0 THEN 0 WHEN 3 THEN 1 ELSE -100 END
             * 2 - version + $3 FROM posts WHERE id = $1`,
          id,
          title,
          version,
        );
      return { write: writer.write('/api/v1/posts/bulk', { operations }), effects };
    },
    async publish() {
      const { id, version } = await writer.make('/api/v1/posts', {
        title: `publish ${randomUUID()}`,
        body: '',
      });
      const effects = () =>
        count(`SELECT version - $2 FROM posts WHERE id = $1 AND status = 'published'`, id, version);
      return { write: writer.write(`/api/v1/posts/${id}/publish`), effects };
    },
    async comment() {
      const { id } = await published(`comment ${randomUUID()}`);
      const effects = () =>
        count(
          `SELECT CASE WHEN comment_count = (SELECT count(*) FROM comments WHERE post_id = $1) THEN comment_count ELSE -1 END FROM posts WHERE id = $1`,
          id,
        );
      return { write: writer.write(`/api/v1/posts/${id}/comments`, { body: 'Well said.' }), effects };
    },
    async archive() {
      const { id } = await published(`archive ${randomUUID()}`);
      const effects = () => count(`SELECT version - 2 FROM posts WHERE id = $1 AND status = 'archived'`, id);
      return { write: writer.write(`/api/v1/posts/${id}/archive`), effects };
    },
  };
}
