import { Inject, Injectable } from '@nestjs/common';
import { Logger } from '../logging/logger.js';
import type { Next } from '../periodic/periodic-job.js';
import { JobMetrics } from './job-metrics.js';
import { JobWorkers } from './job-workers.js';
import { JobsRepository, type TakenJob } from './jobs.repository.js';
import { type JobsSettings, jobsSettings } from './jobs.settings.js';

const TAKEN_AT_ONCE = 200;
const DELETED_AT_ONCE = 2000;
/** Jobs that are done are kept for this long, so that an administrator can see them. */
const DONE_SECONDS = 3600;
const DAY_SECONDS = 86_400;

/** The work that one process at a time does for the queue: it frees the jobs of dead processes and deletes old jobs. */
@Injectable()
export class JobMaintenance {
  constructor(
    private readonly jobs: JobsRepository,
    private readonly workers: JobWorkers,
    private readonly logger: Logger,
    private readonly metrics: JobMetrics,
    @Inject(jobsSettings.KEY) private readonly settings: JobsSettings,
  ) {}

  async takeOver(): Promise<Next> {
    const ended = await this.jobs.takeOver(TAKEN_AT_ONCE);
    for (const taken of ended) this.note(taken);
    this.workers.wake(new Set(ended.map(({ name }) => name)));
    return ended.length === TAKEN_AT_ONCE ? 'again' : 'later';
  }

  async purge(): Promise<Next> {
    const done = await this.jobs.deleteEnded('completed', DONE_SECONDS, DELETED_AT_ONCE);
    const days = this.settings.JOBS_DEAD_RETENTION_DAYS;
    const dead = await this.jobs.deleteEnded('failed', days * DAY_SECONDS, DELETED_AT_ONCE);
    return Math.max(done, dead) === DELETED_AT_ONCE ? 'again' : 'later';
  }

  /** Nobody else counts a job that died with its process. */
  private note({ name, queue, id, isDead }: TakenJob): void {
    const facts = { job: name, jobId: id, isDead };
    this.logger.warn(facts, 'the lease on a job expired: its process ended or was cut off');
    if (isDead) this.metrics.died(queue, name);
  }
}
