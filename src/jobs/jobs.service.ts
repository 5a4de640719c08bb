import { Injectable } from '@nestjs/common';
import { AuditLog } from '../platform/audit/audit-log.js';
import { type JobRecord, JobRecords, JOBS_BY_TIME } from '../platform/jobs/job-records.js';
import { tagged } from '../platform/http/answers/versioned.js';
import { Cursors } from '../platform/lists/cursors.js';
import { canonical } from '../platform/lists/list-query.js';
import { Tails } from '../platform/lists/tails.js';
import type { Id, Page } from '../platform/schemas/schemas.js';
import { jobDeleted, jobRetried } from './jobs.audit.js';
import { JobIsRunning, JobNotFailed, JobNotFound } from './jobs.errors.js';
import type { ListJobsQuery } from './jobs.schemas.js';

/** Lets administrators see what the queue of jobs does, and repeat what failed. */
@Injectable()
export class JobsService {
  constructor(
    private readonly jobs: JobRecords,
    private readonly cursors: Cursors,
    private readonly tails: Tails,
    private readonly audit: AuditLog,
  ) {}

  async list(given: ListJobsQuery): Promise<Page<JobRecord>> {
    const query = canonical(given);
    const start = this.cursors.start('jobs', query);
    const asked = { query, key: JOBS_BY_TIME, start };
    const { rows, last } = await this.tails.rows(asked, (before) => this.jobs.list(query, start, before));
    return this.cursors.page('jobs', query, rows, last);
  }

  /** @throws JobNotFound */
  async get(id: Id): Promise<JobRecord> {
    return found(await this.jobs.find(id), id);
  }

  /**
   * @param check throws if the request must not change the job as it is
   * @throws JobNotFound, JobNotFailed
   */
  retry(id: Id, check: (job: JobRecord) => void): Promise<JobRecord> {
    return this.jobs.transaction(async () => {
      const before = found(await this.jobs.lock(id), id);
      check(before);
      if (!(await this.jobs.retry(before))) throw await this.whyNot(id, JobNotFailed);
      const after = await this.get(id);
      await this.audit.record(jobRetried(before, after));
      return after;
    });
  }

  /**
   * @param check throws if the request must not delete the job as it is
   * @throws JobNotFound, JobIsRunning
   */
  delete(id: Id, check: (job: JobRecord) => void): Promise<void> {
    return this.jobs.transaction(async () => {
      const job = found(await this.jobs.lock(id), id);
      check(job);
      if (!(await this.jobs.delete(job))) throw await this.whyNot(id, JobIsRunning);
      await this.audit.record(jobDeleted(job));
    });
  }

  /** Another request can have deleted the job in the meantime. */
  private async whyNot(id: Id, Problem: typeof JobNotFailed | typeof JobIsRunning) {
    return (await this.jobs.find(id)) ? new Problem(id) : new JobNotFound(id);
  }
}

function found(job: JobRecord | undefined, id: Id): JobRecord {
  if (!job) throw new JobNotFound(id);
  return tagged(job);
}
