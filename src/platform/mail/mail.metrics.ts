import { makeCounterProvider, makeHistogramProvider } from '@willsoto/nestjs-prometheus';
import { metricsOfApp } from '../metrics/metrics-of-app.js';

/** In seconds. */
const BUCKETS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

export const MAIL_METRICS = metricsOfApp(
  makeCounterProvider({
    name: 'mail_messages_total',
    help: 'Number of attempts to send a message by outcome: accepted, rejected (no further attempt), later, or withdrawn (not sent, because it was taken back, or its recipient does not want or accept it).',
    labelNames: ['transport', 'outcome'],
  }),
  makeHistogramProvider({
    name: 'mail_send_duration_seconds',
    help: 'Duration of an attempt to send a message in seconds.',
    labelNames: ['transport'],
    buckets: BUCKETS,
  }),
);
