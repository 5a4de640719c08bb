import { readFileSync } from 'node:fs';
import type pg from 'pg';
import type { Sql } from 'sql-template-tag';
import type { PostsRepository } from '#dist/posts/posts.repository.js';

export const SEARCH_TIMEOUT_MS = 500;
/** Above this time, a list requires its own limit. */
export const MOST_MS = 50;
const GIVEN_UP_MS = 5000;
const TRIES = 2;
const QUERY_CANCELED = '57014';

/** The parameters of a repository. */
export type Parts = ConstructorParameters<typeof PostsRepository>;

export interface Statement {
  text: string;
  values: unknown[];
  /** The statement is prepared. */
  prepared: boolean;
  /** The limit that applies in addition to that of requests. */
  bound: string | false;
}

/**
 * Returns the statement of a repository, whether it is prepared, and the limit that applies in addition to that of
 * requests.
 */
export function statementOf(ask: (...parts: Parts) => unknown): Statement {
  let sent: Statement | undefined;
  const keep = (prepared: boolean, bound: string | false) => (statement: Sql) => {
    sent = { text: statement.text, values: statement.values, prepared, bound };
    return Promise.resolve([{ items: '', key: null, id: null, found: 0 }]);
  };
  const database = { query: keep(false, false), prepared: keep(true, false) };
  const expensive = {
    search: (_q: string, statement: Sql) => keep(false, 'share, timeout, tier')(statement),
    read: keep(false, 'share, timeout'),
  };
  void ask(...([database, expensive] as unknown as Parts));
  if (!sent) throw new Error('the repository has sent no statement');
  return sent;
}

/** Measures statements on one connection. */
export class StatementCosts {
  private readonly client: pg.Client;
  private readonly pid: number;
  private names = 0;

  private constructor(client: pg.Client, pid: number) {
    this.client = client;
    this.pid = pid;
  }

  static async over(client: pg.Client): Promise<StatementCosts> {
    await client.query(`SET timezone = 'UTC'`);
    await client.query(`SET statement_timeout = ${GIVEN_UP_MS}`);
    await client.query(`SET max_parallel_workers_per_gather = 0`);
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    return new StatementCosts(client, rows[0]?.pid ?? NaN);
  }

  /** Returns the minimum of some attempts, in milliseconds. */
  async of({ text, values, prepared }: Statement): Promise<number> {
    const name = prepared ? `s${++this.names}` : undefined;
    // A prepared statement is planned once, without specific values.
    await this.client.query(`SET plan_cache_mode = ${prepared ? 'force_generic_plan' : 'auto'}`);
    let least = Infinity;
    for (let n = 0; n < TRIES; n++) {
      const since = this.spentMs();
      try {
        await this.client.query({ name, text, values });
      } catch (error) {
        if ((error as { code?: string }).code !== QUERY_CANCELED) throw error;
      }
      least = Math.min(least, this.spentMs() - since);
      if (least < MOST_MS || least > SEARCH_TIMEOUT_MS) break;
    }
    if (name) await this.client.query('DEALLOCATE ALL');
    return least;
  }

  /**
   * Returns the CPU time of the server process, which does not depend on the load of the machine, or the time of the
   * clock outside Linux.
   */
  private spentMs(): number {
    try {
      return Number(readFileSync(`/proc/${this.pid}/schedstat`, 'utf8').split(' ', 1)[0]) / 1e6;
    } catch {
      return performance.now();
    }
  }
}
