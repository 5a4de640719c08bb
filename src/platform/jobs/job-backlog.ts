import { Injectable } from '@nestjs/common';
import { InjectMetric } from '@willsoto/nestjs-prometheus';
import type { Gauge } from 'prom-client';
import { JOB_QUEUES } from './job.js';
import { JobsRepository } from './jobs.repository.js';

/** Measures how many jobs wait and for how long. It runs in each worker, not for each scrape. */
@Injectable()
export class JobBacklog {
  constructor(
    private readonly jobs: JobsRepository,
    @InjectMetric('jobs_waiting') private readonly waiting: Gauge,
    @InjectMetric('jobs_oldest_seconds') private readonly oldest: Gauge,
    @InjectMetric('jobs_dead') private readonly dead: Gauge,
  ) {}

  async measure(): Promise<void> {
    const rows = await this.jobs.backlog();
    for (const queue of JOB_QUEUES) {
      const { waiting = 0, seconds = 0, dead = 0 } = rows.find((row) => row.queue === queue) ?? {};
      this.waiting.set({ queue }, waiting);
      this.oldest.set({ queue }, seconds);
      this.dead.set({ queue }, dead);
    }
  }
}
