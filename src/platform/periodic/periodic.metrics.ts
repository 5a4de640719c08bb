import { makeCounterProvider, makeGaugeProvider, makeHistogramProvider } from '@willsoto/nestjs-prometheus';
import { metricsOfApp } from '../metrics/metrics-of-app.js';

/** In seconds. */
const BUCKETS = [0.001, 0.01, 0.1, 1, 10, 60, 600];

export const PERIODIC_METRICS = metricsOfApp(
  makeCounterProvider({
    name: 'periodic_runs_total',
    help: 'Number of runs of periodic jobs by outcome: succeeded, failed, or elsewhere if another process held the lock.',
    labelNames: ['job', 'outcome'],
  }),
  makeHistogramProvider({
    name: 'periodic_run_duration_seconds',
    help: 'Duration of a run of a periodic job in seconds.',
    labelNames: ['job'],
    buckets: BUCKETS,
  }),
  makeGaugeProvider({
    name: 'periodic_last_success_timestamp_seconds',
    help: 'Unix time of the last successful run of a periodic job in this process.',
    labelNames: ['job'],
  }),
);
