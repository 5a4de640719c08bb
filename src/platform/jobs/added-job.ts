import { v7 as uuidv7 } from 'uuid';
import type { z } from 'zod';
import { type Queryable, sql } from '../database/database.js';
import type { Id } from '../schemas/schemas.js';
import type { JobDefinition } from './job.js';
import { jobRow } from './job-row.js';
import { JOBS_CHANNEL } from './jobs-channel.js';
import { statementsOfPgBoss } from './pg-boss.js';

/** A job that a command added without the app. Its statements need no transaction. */
export class AddedJob {
  private readonly id: Id = uuidv7();

  constructor(
    private readonly database: Queryable,
    private readonly name: string,
  ) {}

  static async add<Payload extends z.ZodType>(
    database: Queryable,
    definition: JobDefinition<Payload>,
    payload: z.input<Payload>,
  ): Promise<AddedJob> {
    const { name } = definition;
    const job = new AddedJob(database, name);
    await database.query(sql`SELECT pgboss.create_queue(${name}, '{"policy": "standard"}'::jsonb)`);
    await statementsOfPgBoss(database).insert(name, [{ ...jobRow(definition, { payload }), id: job.id }]);
    await database.query(sql`SELECT pg_notify(${JOBS_CHANNEL}, ${name})`);
    return job;
  }

  async isDone(): Promise<boolean> {
    const [left] = await this.database.query(sql`
      SELECT 1 FROM pgboss.job_common WHERE name = ${this.name} AND id = ${this.id} AND state <> 'completed'`);
    return left === undefined;
  }

  /** Deletes the job if no attempt has started. */
  async withdraw(): Promise<void> {
    await this.database.query(sql`
      DELETE FROM pgboss.job_common WHERE name = ${this.name} AND id = ${this.id} AND state = 'created'`);
  }
}
