import { makeCounterProvider, makeGaugeProvider, makeHistogramProvider } from '@willsoto/nestjs-prometheus';
import { metricsOfApp } from '../metrics/metrics-of-app.js';

/** In seconds. */
const BUCKETS = [0.005, 0.05, 0.5, 5, 30, 300];

export const JOBS_METRICS = metricsOfApp(
  makeCounterProvider({
    name: 'jobs_added_total',
    help: 'Number of jobs that this process added.',
    labelNames: ['queue', 'name'],
  }),
  makeCounterProvider({
    name: 'jobs_ended_total',
    help: 'Number of attempts of jobs in this process by result: done, failed (it is tried again), dead (it is not), released (given back at the shutdown), or lost (another process has taken it).',
    labelNames: ['queue', 'name', 'result'],
  }),
  makeHistogramProvider({
    name: 'job_duration_seconds',
    help: 'Duration of an attempt of a job in seconds.',
    labelNames: ['queue', 'name'],
    buckets: BUCKETS,
  }),
  makeGaugeProvider({
    name: 'jobs_waiting',
    help: 'Number of jobs that are due and wait for a slot. At most 100,000 of each name are counted. Each worker measures it every 15 seconds.',
    labelNames: ['queue'],
  }),
  makeGaugeProvider({
    name: 'jobs_oldest_seconds',
    help: 'How long the next job has been due in seconds, 0 if none is due.',
    labelNames: ['queue'],
  }),
  makeGaugeProvider({
    name: 'jobs_dead',
    help: 'Number of jobs that failed in all their attempts and are kept for an administrator. At most 10,000 are counted.',
    labelNames: ['queue'],
  }),
);
