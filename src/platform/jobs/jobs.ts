import { Injectable } from '@nestjs/common';
import { InjectMetric } from '@willsoto/nestjs-prometheus';
import type { Counter } from 'prom-client';
import type { z } from 'zod';
import { Database } from '../database/database.js';
import type { Id } from '../schemas/schemas.js';
import type { AddOptions, JobDefinition, JobHandler } from './job.js';
import { JobAnnouncements } from './job-announcements.js';
import { jobRow, type NewJob } from './job-row.js';
import { JobWorkers } from './job-workers.js';
import { JobsRepository, POLICIES } from './jobs.repository.js';

/** The maximum number of jobs in one statement. */
const ROWS = 1000;

/**
 * Adds jobs in the transaction of the write that they belong to, so that both happen or neither does. The processes
 * with the role `worker` or `all` run them.
 * Source: docs/decisions/0063-jobs.md.
 */
@Injectable()
export class Jobs {
  private readonly prepared = new Set<string>();

  constructor(
    private readonly jobs: JobsRepository,
    private readonly database: Database,
    private readonly workers: JobWorkers,
    private readonly announcements: JobAnnouncements,
    @InjectMetric('jobs_added_total') private readonly added: Counter,
  ) {}

  /** The module that owns the definition calls this in its constructor. A process without it does not run the job. */
  handle<Payload extends z.ZodType>(definition: JobDefinition<Payload>, handler: JobHandler<Payload>): void {
    this.workers.handle(definition, handler);
  }

  /**
   * @returns the id of the job, or undefined if a job with this unique key already waits
   * @throws OutsideTransaction if no transaction is open
   */
  async add<Payload extends z.ZodType>(
    definition: JobDefinition<Payload>,
    payload: z.input<Payload>,
    options: AddOptions = {},
  ): Promise<Id | undefined> {
    const [id] = await this.addMany(definition, [{ payload, ...options }]);
    return id;
  }

  /**
   * @returns the ids of the jobs that were added: all but those whose unique key already waits
   * @throws OutsideTransaction if no transaction is open
   */
  async addMany<Payload extends z.ZodType>(
    definition: JobDefinition<Payload>,
    jobs: NewJob<Payload>[],
  ): Promise<Id[]> {
    const { name, queue } = definition;
    const rows = jobs.map((job) => jobRow(definition, job));
    if (rows.length === 0) return [];
    await this.prepare(definition);
    const ids: Id[] = [];
    for (let at = 0; at < rows.length; at += ROWS)
      ids.push(...(await this.jobs.insert(name, rows.slice(at, at + ROWS))));
    await this.database.afterCommit(() => {
      this.added.inc({ queue, name }, ids.length);
      if (jobs.some(({ runAt }) => runAt === undefined)) this.announcements.announce(name);
      return Promise.resolve();
    });
    return ids;
  }

  private async prepare({ name, keys }: JobDefinition): Promise<void> {
    if (this.prepared.has(name)) return;
    await this.jobs.createQueue(name, keys ? POLICIES[keys] : 'standard');
    this.prepared.add(name);
  }
}
