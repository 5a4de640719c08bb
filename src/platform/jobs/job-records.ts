import { Injectable } from '@nestjs/common';
import { empty } from 'sql-template-tag';
import { Database, sql } from '../database/database.js';
import { violates } from '../database/database-problems.js';
import type { Position } from '../lists/cursors.js';
import { keyset, type SortKey } from '../lists/keyset.js';
import type { ListQuery } from '../lists/list-query.js';
import type { Id } from '../schemas/schemas.js';
import { JobAnnouncements } from './job-announcements.js';

/**
 * The states of a job: `failed` waits for its next attempt, and `dead` has failed in its last one.
 */
export const JOB_STATES = ['waiting', 'running', 'failed', 'dead', 'done'] as const;
export type JobState = (typeof JOB_STATES)[number];

/** A job without its payload, which can contain personal data. Times are RFC 3339 text. */
export interface JobRecord {
  id: Id;
  queue: string;
  name: string;
  state: JobState;
  attempts: number;
  maxAttempts: number;
  runAt: string;
  lockedAt: string | null;
  lastError: string | null;
  requestId: string | null;
  createdAt: string;
}

export interface JobFilter {
  state?: JobState[];
  queue?: string[];
  name?: string[];
}

/** The sort key of the list. The class of locks is that of the trigger galley_stamp. */
export const JOBS_BY_TIME: SortKey = { expression: sql`j.created_on`, type: 'timestamptz', writers: 771_004 };

/** The states of pg-boss. */
const OF_PG_BOSS: Record<JobState, string[]> = {
  waiting: ['created'],
  running: ['active'],
  failed: ['retry'],
  dead: ['failed', 'cancelled'],
  done: ['completed'],
};

const COLUMNS = sql`
  j.id, coalesce(j.group_id, 'default') AS queue, j.name,
  CASE j.state WHEN 'created' THEN 'waiting' WHEN 'active' THEN 'running' WHEN 'retry' THEN 'failed'
    WHEN 'completed' THEN 'done' ELSE 'dead' END AS state,
  CASE WHEN j.started_on IS NULL THEN 0 ELSE j.retry_count + 1 END AS attempts,
  j.retry_limit + 1 AS "maxAttempts", j.start_after AS "runAt",
  CASE WHEN j.state = 'active' THEN j.started_on END AS "lockedAt",
  j.output->>'message' AS "lastError", j.data->'request'->>'requestId' AS "requestId", j.created_on AS "createdAt"`;

/** The names come from the table of queues, because the primary key begins with them. */
const hasId = (id: Id) => sql`j.name = ANY(ARRAY(SELECT name FROM pgboss.queue)) AND j.id = ${id}`;

/** Shows the jobs to administrators, who can retry and delete them. */
@Injectable()
export class JobRecords {
  constructor(
    private readonly database: Database,
    private readonly announcements: JobAnnouncements,
  ) {}

  transaction<T>(work: () => Promise<T>): Promise<T> {
    return this.database.transaction(work);
  }

  list(
    query: ListQuery<string, string, string, JobFilter>,
    start: Position | undefined,
    before?: string,
  ): Promise<(JobRecord & { sortKey: string })[]> {
    const { state, queue, name } = query.filter;
    const states = state?.flatMap((each) => OF_PG_BOSS[each]);
    const hasEnded = state?.every((each) => each === 'dead' || each === 'done');
    const { after, orderBy, limit } = keyset(JOBS_BY_TIME, sql`j.id`, query, start, before);
    return this.database.query(sql`
      SELECT ${COLUMNS}, j.created_on AS "sortKey" FROM pgboss.job_common j
      WHERE true ${states ? sql`AND j.state = ANY(${states}::pgboss.job_state[])` : empty}
        ${hasEnded ? sql`AND j.completed_on IS NOT NULL` : empty}
        ${queue ? sql`AND j.group_id = ANY(${queue}::text[])` : empty}
        ${name ? sql`AND j.name = ANY(${name}::text[])` : empty}
        ${after} ${orderBy} ${limit}`);
  }

  async find(id: Id): Promise<JobRecord | undefined> {
    const [row] = await this.database.query<JobRecord>(sql`
      SELECT ${COLUMNS} FROM pgboss.job_common j WHERE ${hasId(id)}`);
    return row;
  }

  /** Prevents other changes of the job until the transaction ends. No worker takes it meanwhile. */
  async lock(id: Id): Promise<JobRecord | undefined> {
    const [row] = await this.database.query<JobRecord>(sql`
      SELECT ${COLUMNS} FROM pgboss.job_common j WHERE ${hasId(id)} FOR UPDATE`);
    return row;
  }

  /**
   * Makes a dead or failed job due, with one attempt more.
   * @returns false if it is in another state
   */
  retry({ name, id }: Pick<JobRecord, 'name' | 'id'>): Promise<boolean> {
    return this.database.transaction(async () => {
      const rows = await this.database
        .query(
          sql`
          UPDATE pgboss.job_common j SET state = 'retry', start_after = now(), completed_on = NULL,
            retry_limit = greatest(j.retry_limit, j.retry_count + 1),
            policy = (SELECT q.policy FROM pgboss.queue q WHERE q.name = j.name)
          WHERE j.name = ${name} AND j.id = ${id} AND j.state IN ('retry', 'failed', 'cancelled')
          RETURNING 1`,
        )
        .catch((error: unknown) => {
          // Another job of its serial key is running or waits for its retry.
          if (violates(error, 'job_common_i8')) return [];
          throw error;
        });
      await this.database.afterCommit(() => Promise.resolve(this.announcements.announce(name)));
      return rows.length > 0;
    });
  }

  /** @returns false if it is running */
  delete({ name, id }: Pick<JobRecord, 'name' | 'id'>): Promise<boolean> {
    return this.database.transaction(async () => {
      const rows = await this.database.query(sql`
        DELETE FROM pgboss.job_common WHERE name = ${name} AND id = ${id} AND state <> 'active' RETURNING 1`);
      return rows.length > 0;
    });
  }
}
