import { makeCounterProvider } from '@willsoto/nestjs-prometheus';
import { metricsOfApp } from '../platform/metrics/metrics-of-app.js';

export const AUTH_METRICS = metricsOfApp(
  makeCounterProvider({ name: 'user_registrations_total', help: 'Number of accounts that registered.' }),
  makeCounterProvider({ name: 'user_logins_total', help: 'Number of successful logins.' }),
);
