import { makeCounterProvider, makeGaugeProvider } from '@willsoto/nestjs-prometheus';
import { metricsOfApp } from '../platform/metrics/metrics-of-app.js';

export const WEBHOOKS_METRICS = metricsOfApp(
  makeCounterProvider({
    name: 'webhook_attempts_total',
    help: 'Number of requests to webhooks by result: delivered (the receiver returned 2xx), failed, or not_signed (no key opens the secret of the webhook, so nothing was sent).',
    labelNames: ['result'],
  }),
  makeCounterProvider({
    name: 'webhooks_disabled_total',
    help: 'Number of webhooks that the server disabled by reason: failing (all attempts of five days failed) or gone (the receiver returned 410).',
    labelNames: ['reason'],
  }),
  makeGaugeProvider({
    name: 'webhook_deliveries_pending',
    help: 'Number of deliveries that wait for their first or their next attempt. At most 100,000 are counted. Each worker measures it every 15 seconds.',
  }),
  makeGaugeProvider({
    name: 'webhook_delivery_oldest_seconds',
    help: 'How long the next delivery has been due in seconds, 0 if none is due. Deliveries that wait for a receiver that does not respond are not due.',
  }),
  makeGaugeProvider({
    name: 'webhooks_failing',
    help: 'Number of active webhooks whose attempts have all failed for an hour.',
  }),
);
