import { Injectable } from '@nestjs/common';
import { InjectMetric } from '@willsoto/nestjs-prometheus';
import type { Counter, Histogram } from 'prom-client';
import type { JobDefinition } from './job.js';

const RESULTS = ['done', 'failed', 'dead', 'released', 'lost'] as const;

/**
 * How an attempt ended: `failed` is tried again, `dead` is not, `released` was given back at the shutdown, and of
 * `lost` another process decides.
 */
export type JobResult = (typeof RESULTS)[number];

@Injectable()
export class JobMetrics {
  constructor(
    @InjectMetric('jobs_ended_total') private readonly attempts: Counter,
    @InjectMetric('job_duration_seconds') private readonly duration: Histogram,
  ) {}

  /** Starts the counters of a job at 0. Otherwise `increase()` would not see the first attempt of each result. */
  expect({ queue, name }: JobDefinition): void {
    for (const result of RESULTS) this.attempts.inc({ queue, name, result }, 0);
  }

  /** The process that ran the last attempt of a job cannot count it. */
  died(queue: string, name: string): void {
    this.attempts.inc({ queue, name, result: 'dead' });
  }

  ended({ queue, name }: JobDefinition, result: JobResult, seconds: number): void {
    this.attempts.inc({ queue, name, result });
    this.duration.observe({ queue, name }, seconds);
  }
}
