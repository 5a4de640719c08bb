import { Injectable } from '@nestjs/common';
import { InjectMetric } from '@willsoto/nestjs-prometheus';
import type { Counter, Gauge, Histogram } from 'prom-client';

/** The result of a run. `elsewhere` means that another process held the lock and nothing was done. */
export type RunOutcome = 'succeeded' | 'failed' | 'elsewhere';

@Injectable()
export class RunMetrics {
  constructor(
    @InjectMetric('periodic_runs_total') private readonly runs: Counter,
    @InjectMetric('periodic_run_duration_seconds') private readonly duration: Histogram,
    @InjectMetric('periodic_last_success_timestamp_seconds') private readonly succeededAt: Gauge,
  ) {}

  ended(job: string, outcome: RunOutcome, seconds: number): void {
    this.runs.inc({ job, outcome });
    if (outcome === 'elsewhere') return;
    this.duration.observe({ job }, seconds);
    if (outcome === 'succeeded') this.succeededAt.set({ job }, Date.now() / 1000);
  }
}
