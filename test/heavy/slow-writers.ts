import { setTimeout as delay } from 'node:timers/promises';
import type { Pool, PoolClient } from 'pg';

const MOST_ROWS = 10;
const ROLLED_BACK = 0.05;
type Span = [least: number, most: number];

const OPEN_MS: Span = [50, 500];
/** Only one transaction at a time can write to the comments of a post. */
const COMMENTS = 60;
const COMMENTS_OPEN_MS: Span = [20, 100];

const between = ([least, most]: Span) => least + Math.random() * (most - least);

/**
 * Transactions that stay open after they have written with the statements of the app, and transactions that hold
 * locks for which the writers of the app must wait.
 */
export class SlowWriters {
  private readonly pool: Pool;
  private readonly rows: number;
  /** The ids of the posts with comments. */
  private readonly discussed: string[];
  private working: Promise<void>[] = [];
  written = { posts: 0, comments: 0, users: 0 };
  contestedTag = 'Contested 0';

  constructor(pool: Pool, rows: number, discussed: string[]) {
    this.pool = pool;
    this.rows = rows;
    this.discussed = discussed;
  }

  get done(): boolean {
    return Object.values(this.written).every((count) => count >= this.rows);
  }

  progress(): string {
    return `slow writers: ${JSON.stringify(this.written)}`;
  }

  begin(): void {
    const times = (count: number, work: () => Promise<void>) => Array.from({ length: count }, () => work());
    this.working = [
      ...times(12, () => this.until('posts', () => this.writePosts())),
      ...times(8, () => this.until('users', () => this.writeUsers())),
      ...this.discussed.map((id) => this.until('comments', () => this.writeComments(id))),
      this.contest(),
    ];
  }

  async end(): Promise<void> {
    await Promise.all(this.working);
  }

  private async until(table: keyof SlowWriters['written'], write: () => Promise<number>): Promise<void> {
    while (this.written[table] < this.rows) {
      const count = await write();
      this.written[table] += count;
    }
  }

  private async transaction(openMs: Span, work: (tx: PoolClient) => Promise<number>): Promise<number> {
    const client = await this.pool.connect();
    try {
      await client.query('BEGIN');
      const result = await work(client);
      await delay(between(openMs));
      const isKept = Math.random() >= ROLLED_BACK;
      await client.query(isKept ? 'COMMIT' : 'ROLLBACK');
      return isKept ? result : 0;
    } finally {
      client.release();
    }
  }

  private writePosts(): Promise<number> {
    const count = 1 + Math.floor(Math.random() * MOST_ROWS);
    return this.transaction(OPEN_MS, async (tx) => {
      await delay(Math.random() * 20); // The transaction has its time before it has written anything.
      for (let n = 0; n < count; n++) {
        const { rows } = await tx.query<{ id: string }>(
          `INSERT INTO posts (id, slug, title, body, html, html_version, author_id)
           SELECT gen_random_uuid(), gen_random_uuid(), 'Slow', '', '', 32000, id FROM users WHERE email = 'admin@example.com'
           RETURNING id`,
        );
        await tx.query(
          `UPDATE posts SET status = 'published', published_at = coalesce(published_at, now()), version = version + 1,
             updated_at = now() WHERE id = $1`,
          [rows[0]?.id],
        );
      }
      return count;
    });
  }

  private writeUsers(): Promise<number> {
    const count = 1 + Math.floor(Math.random() * MOST_ROWS);
    return this.transaction(OPEN_MS, async (tx) => {
      for (let n = 0; n < count; n++)
        await tx.query(`INSERT INTO users (id, name) VALUES (gen_random_uuid(), 'Slow')`);
      return count;
    });
  }

  private writeComments(post: string): Promise<number> {
    return this.transaction(COMMENTS_OPEN_MS, async (tx) => {
      await delay(Math.random() * 20);
      await tx.query('SELECT 1 FROM posts WHERE id = $1 FOR NO KEY UPDATE', [post]);
      for (let n = 0; n < COMMENTS; n++)
        await tx.query(
          `INSERT INTO comments (id, post_id, body, html, html_version) VALUES (gen_random_uuid(), $1, 'x', 'x', 32000)`,
          [post],
        );
      return COMMENTS;
    });
  }

  /** Creates a tag that the writers of the API also create. They wait in their transactions until this one ends. */
  private async contest(): Promise<void> {
    for (let n = 1; !this.done; n++) {
      await this.transaction(OPEN_MS, async (tx) => {
        await tx.query(`INSERT INTO tags (id, slug, name) VALUES (gen_random_uuid(), $1, $2)`, [
          `contested-${n}`,
          `Contested ${n}`,
        ]);
        this.contestedTag = `Contested ${n}`; // Otherwise the writers of the API would create it first.
        return 1;
      });
    }
  }
}
