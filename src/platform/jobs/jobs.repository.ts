import { Injectable } from '@nestjs/common';
import type { JobInsert, PgBoss } from 'pg-boss';
import { Database, sql } from '../database/database.js';
import type { Id } from '../schemas/schemas.js';
import { BACKLOG, type QueueBacklog } from './queue-backlog.js';
import { statementsOfPgBoss } from './pg-boss.js';

/** The policy of pg-boss for the keys of a definition. */
export const POLICIES = { unique: 'short', serial: 'key_strict_fifo' } as const;

/** Names one attempt of a job. */
export interface Lease {
  id: Id;
  retryCount: number;
}

export interface FetchedJob extends Lease {
  name: string;
  data: unknown;
  /** The last attempt has this number, from 0. */
  retryLimit: number;
}

/** A job whose lease expired. */
export interface TakenJob {
  id: Id;
  name: string;
  queue: string;
  isDead: boolean;
}

/** What a failed attempt changes about the job. */
export interface Failure {
  message: string;
  /** The pause before the next attempt. If absent, the backoff of the job determines it. */
  retrySeconds?: number;
  /** No attempt follows. */
  isFinal?: boolean;
}

/**
 * The jobs in PostgreSQL. Everything that ends an attempt is fenced: it changes nothing if the job has a newer attempt.
 * The tables belong to pg-boss; statements that it does not have are written here.
 */
@Injectable()
export class JobsRepository {
  private readonly boss: PgBoss;

  constructor(private readonly database: Database) {
    this.boss = statementsOfPgBoss(database);
  }

  transaction<T>(work: () => Promise<T>): Promise<T> {
    return this.database.transaction(work);
  }

  /** Creates the queue of pg-boss for a job name, if it is absent. */
  async createQueue(name: string, policy: string): Promise<void> {
    if (await this.boss.getQueue(name)) return;
    // It must exist for other transactions too, even if the present one is rolled back.
    await this.database.apart(() =>
      this.transaction(() =>
        this.database.query(sql`SELECT pgboss.create_queue(${name}, ${JSON.stringify({ policy })}::jsonb)`),
      ),
    );
  }

  /** @returns the ids of the jobs that were added: all but those whose unique key already waits */
  async insert(name: string, jobs: JobInsert[]): Promise<Id[]> {
    return (await this.boss.insert(name, jobs, { returnId: true })) ?? [];
  }

  /** Takes up to `most` jobs that are due. */
  fetch(name: string, most: number): Promise<FetchedJob[]> {
    return this.transaction(() => this.boss.fetch<object>(name, { batchSize: most, includeMetadata: true }));
  }

  /** Returns the names that have jobs that are due. */
  async due(names: string[]): Promise<string[]> {
    const rows = await this.database.query<{ name: string }>(sql`
      SELECT name FROM unnest(${names}::text[]) AS name
      WHERE EXISTS (SELECT 1 FROM pgboss.job_common j WHERE j.name = name.name AND j.state < 'active'
        AND NOT j.blocked AND j.start_after <= now())`);
    return rows.map(({ name }) => name);
  }

  /** @returns the ids of the jobs whose lease is still held */
  async complete(name: string, leases: Lease[]): Promise<Set<Id>> {
    const { settled } = (await this.boss.complete(name, leases, null)) as CommandResponse;
    return new Set(settled);
  }

  /** @returns false if the lease was lost */
  fail(name: string, lease: Lease, { message, retrySeconds, isFinal }: Failure): Promise<boolean> {
    return this.transaction(async () => {
      const { id, retryCount } = lease;
      if (isFinal)
        await this.database.query(sql`
          UPDATE pgboss.job_common SET retry_limit = retry_count
          WHERE name = ${name} AND id = ${id} AND state = 'active' AND retry_count = ${retryCount}`);
      const { settled } = (await this.boss.fail(name, lease, { message })) as CommandResponse;
      if (settled.length === 0) return false;
      await this.database.query(sql`
        UPDATE pgboss.job_common SET start_after = ${pauseEnd(retrySeconds)}
        WHERE name = ${name} AND id = ${id} AND state = 'retry'`);
      await this.unblock([{ name, id }]);
      return true;
    });
  }

  /** Gives a job back before its end. This attempt does not count. */
  async release(name: string, { id, retryCount }: Lease): Promise<void> {
    await this.transaction(() =>
      this.database.query(sql`
        UPDATE pgboss.job_common
        SET state = 'retry', retry_limit = retry_limit + 1, start_after = now(), heartbeat_on = NULL
        WHERE name = ${name} AND id = ${id} AND state = 'active' AND retry_count = ${retryCount}`),
    );
  }

  /** Renews leases. @returns the ids of the jobs whose lease is still held */
  async renew(leases: { name: string; lease: Lease }[]): Promise<Set<Id>> {
    const pairs = leases.map(({ lease }) => `${lease.id}:${lease.retryCount}`);
    const names = [...new Set(leases.map(({ name }) => name))];
    const ids = leases.map(({ lease }) => lease.id);
    const rows = await this.transaction(() =>
      this.database.query<{ id: Id }>(sql`
        UPDATE pgboss.job_common SET heartbeat_on = now()
        WHERE name = ANY(${names}::text[]) AND id = ANY(${ids}::uuid[]) AND state = 'active'
          AND id || ':' || retry_count = ANY(${pairs}::text[])
        RETURNING id`),
    );
    return new Set(rows.map(({ id }) => id));
  }

  /**
   * Ends the attempts whose lease has expired. Their jobs are due immediately, or dead after the last attempt.
   * @returns the jobs
   */
  takeOver(most: number): Promise<TakenJob[]> {
    return this.transaction(async () => {
      const ended = await this.database.query<TakenJob>(sql`
        UPDATE pgboss.job_common j SET
          state = CASE WHEN j.retry_count < j.retry_limit THEN 'retry' ELSE 'failed' END::pgboss.job_state,
          completed_on = CASE WHEN j.retry_count < j.retry_limit THEN NULL ELSE now() END,
          start_after = now(), heartbeat_on = NULL,
          output = jsonb_build_object('message', 'The process that ran the job ended or was cut off')
        FROM (
          SELECT name, id FROM pgboss.job_common
          WHERE state = 'active' AND group_id IS NOT NULL
            AND heartbeat_on < now() - make_interval(secs => heartbeat_seconds)
          LIMIT ${most} FOR UPDATE SKIP LOCKED
        ) expired
        WHERE j.name = expired.name AND j.id = expired.id
        RETURNING j.name, j.id, j.group_id AS queue, j.state = 'failed' AS "isDead"`);
      await this.unblock(ended);
      return ended;
    });
  }

  /** Deletes old jobs that have ended. @returns the number of jobs */
  deleteEnded(state: 'completed' | 'failed', seconds: number, most: number): Promise<number> {
    return this.transaction(async () => {
      const rows = await this.database.query(sql`
        DELETE FROM pgboss.job_common WHERE (name, id) IN (
          SELECT name, id FROM pgboss.job_common
          WHERE state = ${state}::pgboss.job_state AND completed_on IS NOT NULL
            AND completed_on < now() - make_interval(secs => ${seconds})
          ORDER BY completed_on LIMIT ${most} FOR UPDATE SKIP LOCKED)
        RETURNING 1`);
      return rows.length;
    });
  }

  backlog(): Promise<QueueBacklog[]> {
    return this.database.query(BACKLOG);
  }

  /** A dead job of a serial definition does not hold up the jobs behind it. */
  private async unblock(jobs: { name: string; id: Id }[]): Promise<void> {
    if (jobs.length === 0) return;
    const names = [...new Set(jobs.map(({ name }) => name))];
    const ids = jobs.map(({ id }) => id);
    await this.database.query(sql`
      UPDATE pgboss.job_common SET policy = 'standard'
      WHERE name = ANY(${names}::text[]) AND id = ANY(${ids}::uuid[])
        AND state = 'failed' AND policy = ${POLICIES.serial}`);
  }
}

/** The types of pg-boss do not declare the fields of the answer. */
interface CommandResponse {
  settled: Id[];
}

/**
 * The end of the pause before a retry. The backoff of pg-boss has a random part until it reaches its maximum; then all
 * jobs that failed together, as in an outage, would start together again and again. So the last quarter of the maximum
 * is random, too.
 */
const pauseEnd = (retrySeconds: number | undefined) =>
  retrySeconds === undefined
    ? sql`CASE WHEN start_after - now() < make_interval(secs => retry_delay_max) THEN start_after
        ELSE now() + make_interval(secs => retry_delay_max * (0.75 + 0.25 * random())) END`
    : sql`now() + make_interval(secs => ${retrySeconds})`;
