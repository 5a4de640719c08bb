import type { QueryRunner } from 'typeorm';
import { JOB_SCHEMA } from './job-queue.js';
import type { Expand } from './phase.js';

/** The class of the advisory locks of those who add jobs; platform/jobs reads the same number. */
const JOB_WRITERS = 771_004;

/**
 * The time of a new job becomes the moment of the writing, and who adds one is registered, so that the list of jobs in
 * ascending order misses none. The tables are those of pg-boss, which fetches the jobs of a name by this time.
 * Source: docs/decisions/0035-the-end-of-a-list.md.
 */
export class StampJobs1795400062000 implements Expand {
  readonly name = 'StampJobs1795400062000';
  readonly phase = 'expand';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE FUNCTION galley_stamp_job() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
      BEGIN
        NEW.created_on := galley_moment_of_writing(${JOB_WRITERS});
        RETURN NEW;
      END $$`);
    await runner.query(`
      CREATE TRIGGER galley_stamp BEFORE INSERT ON ${JOB_SCHEMA}.job_common FOR EACH ROW
      WHEN (NEW.created_on = now()) EXECUTE FUNCTION galley_stamp_job()`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TRIGGER galley_stamp ON ${JOB_SCHEMA}.job_common`);
    await runner.query(`DROP FUNCTION galley_stamp_job()`);
  }
}
