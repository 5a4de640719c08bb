import { makeCounterProvider, makeGaugeProvider } from '@willsoto/nestjs-prometheus';
import { metricsOfApp } from '../metrics/metrics-of-app.js';
import { CacheRequests } from './cache-requests.js';

export const CACHE_METRICS = metricsOfApp(
  makeCounterProvider({
    name: 'cache_requests_total',
    help: 'Number of cache lookups by result: hit, miss if the value was loaded, or stale if it could not be loaded.',
    labelNames: ['result'],
  }),
  makeGaugeProvider({
    name: 'cache_hit_rate',
    help: 'Cache hits in percent since the process started. For several processes, use the ratio of cache_requests_total.',
    inject: [CacheRequests],
    collect(requests: CacheRequests) {
      this.set(requests.hitRatePercent);
    },
  }),
);
