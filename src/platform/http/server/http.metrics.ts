import { makeCounterProvider, makeGaugeProvider, makeHistogramProvider } from '@willsoto/nestjs-prometheus';
import { metricsOfApp } from '../../metrics/metrics-of-app.js';

/** In seconds. The buckets are narrow below 100 ms, where most responses are, and wide above. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.3, 0.5, 0.7, 1, 3, 5, 7, 10];
const LABELS = ['method', 'route', 'status_code'];

export const HTTP_METRICS = metricsOfApp(
  makeHistogramProvider({
    name: 'http_request_duration_seconds',
    help: 'Duration of a request in seconds, from the request line to the last byte of the response, without the time for which a client asked to wait.',
    labelNames: LABELS,
    buckets: BUCKETS,
  }),
  makeCounterProvider({
    name: 'http_requests_total',
    help: 'Number of completed requests.',
    labelNames: LABELS,
  }),
  makeCounterProvider({
    name: 'api_errors_total',
    help: 'Number of requests with a 4xx or 5xx response, by problem code.',
    labelNames: ['error_type', 'endpoint'],
  }),
  makeGaugeProvider({ name: 'active_connections', help: 'Number of open client connections.' }),
);
