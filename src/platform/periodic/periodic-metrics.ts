import { Injectable } from '@nestjs/common';
import { Metrics } from '../metrics/registry.js';

/** How a run ended. `elsewhere`: another process held the lock, and nothing was done. */
export type RunOutcome = 'succeeded' | 'failed' | 'elsewhere';

/** Seconds. */
const BUCKETS = [0.001, 0.01, 0.1, 1, 10, 60, 600];

@Injectable()
export class PeriodicMetrics {
  private readonly runs;
  private readonly duration;
  private readonly succeededAt;

  constructor(metrics: Metrics) {
    this.runs = metrics.counter({
      name: 'periodic_runs_total',
      help: 'Runs of periodic jobs, by how they ended (succeeded, failed, or elsewhere: another process held the lock)',
      labelNames: ['job', 'outcome'],
    });
    this.duration = metrics.histogram({
      name: 'periodic_run_duration_seconds',
      help: 'Seconds that a run of a periodic job took',
      labelNames: ['job'],
      buckets: BUCKETS,
    });
    this.succeededAt = metrics.gauge({
      name: 'periodic_last_success_timestamp_seconds',
      help: 'Unix time at which this process last completed a run of a periodic job',
      labelNames: ['job'],
    });
  }

  ended(job: string, outcome: RunOutcome, seconds: number): void {
    this.runs.inc({ job, outcome });
    if (outcome === 'elsewhere') return;
    this.duration.observe({ job }, seconds);
    if (outcome === 'succeeded') this.succeededAt.set({ job }, Date.now() / 1000);
  }
}
