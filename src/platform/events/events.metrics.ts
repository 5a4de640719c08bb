import { makeCounterProvider, makeGaugeProvider } from '@willsoto/nestjs-prometheus';
import { metricsOfApp } from '../metrics/metrics-of-app.js';
import { EventLags } from './event-lags.js';

export const EVENTS_METRICS = metricsOfApp(
  makeCounterProvider({
    name: 'events_recorded_total',
    help: 'Number of events that this process recorded, by type.',
    labelNames: ['type'],
  }),
  makeGaugeProvider({
    name: 'event_consumer_lag',
    help: 'Number of events that a consumer has not taken yet. Each worker measures it twice a minute.',
    labelNames: ['consumer'],
    inject: [EventLags],
    collect(lags: EventLags) {
      for (const { consumer, lag } of lags.last) this.set({ consumer }, lag);
    },
  }),
  makeGaugeProvider({
    name: 'event_consumer_oldest_seconds',
    help: 'How long the first event that a consumer has not taken has waited in seconds, 0 if there is none.',
    labelNames: ['consumer'],
    inject: [EventLags],
    collect(lags: EventLags) {
      for (const { consumer, seconds } of lags.last) this.set({ consumer }, seconds);
    },
  }),
);
