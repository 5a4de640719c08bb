import { makeCounterProvider, makeGaugeProvider, makeHistogramProvider } from '@willsoto/nestjs-prometheus';
import { metricsOfApp } from '../metrics/metrics-of-app.js';

/** Seconds. */
const BUCKETS = [0.001, 0.01, 0.1, 1, 10, 60, 600];

export const PERIODIC_METRICS = metricsOfApp(
  makeCounterProvider({
    name: 'periodic_runs_total',
    help: 'Runs of periodic jobs, by how they ended (succeeded, failed, or elsewhere: another process held the lock)',
    labelNames: ['job', 'outcome'],
  }),
  makeHistogramProvider({
    name: 'periodic_run_duration_seconds',
    help: 'Seconds that a run of a periodic job took',
    labelNames: ['job'],
    buckets: BUCKETS,
  }),
  makeGaugeProvider({
    name: 'periodic_last_success_timestamp_seconds',
    help: 'Unix time at which this process last completed a run of a periodic job',
    labelNames: ['job'],
  }),
);
