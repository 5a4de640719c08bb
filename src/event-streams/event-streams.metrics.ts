import { makeCounterProvider, makeGaugeProvider } from '@willsoto/nestjs-prometheus';
import { metricsOfApp } from '../platform/metrics/metrics-of-app.js';

export const EVENT_STREAMS_METRICS = metricsOfApp(
  makeGaugeProvider({ name: 'event_streams', help: 'Number of clients connected to the stream of events.' }),
  makeCounterProvider({
    name: 'event_streams_sent_total',
    help: 'Number of events sent to clients, by kind (change or notification).',
    labelNames: ['kind'],
  }),
  makeCounterProvider({
    name: 'event_streams_ended_total',
    help: 'Number of streams that ended, by reason: client (the client left), expired (its access token), session (its session ended), slow (it did not read and was cut off), gone (its events are no longer stored), shutdown (of the process).',
    labelNames: ['reason'],
  }),
);
