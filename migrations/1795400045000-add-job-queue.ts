import type { QueryRunner } from 'typeorm';
import { createJobQueue, JOB_SCHEMA } from './job-queue.js';
import type { Expand } from './phase.js';

/**
 * The queue of jobs: the tables of pg-boss, in a schema of their own, and an index to find jobs that have ended.
 * Source: docs/decisions/0063-jobs.md.
 */
export class AddJobQueue1795400045000 implements Expand {
  readonly name = 'AddJobQueue1795400045000';
  readonly phase = 'expand';

  async up(runner: QueryRunner): Promise<void> {
    await createJobQueue(runner);
    await runner.query(`
      CREATE INDEX galley_job_ended_idx ON ${JOB_SCHEMA}.job_common (state, completed_on)
      WHERE completed_on IS NOT NULL`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP SCHEMA ${JOB_SCHEMA} CASCADE`);
  }
}
