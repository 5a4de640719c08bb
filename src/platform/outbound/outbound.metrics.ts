import { makeCounterProvider, makeGaugeProvider, makeHistogramProvider } from '@willsoto/nestjs-prometheus';
import { metricsOfApp } from '../metrics/metrics-of-app.js';
import { Circuits, STATES } from './circuits.js';

/** In seconds. */
const BUCKETS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** All receivers that users gave share the label of their target. */
export const OUTBOUND_METRICS = metricsOfApp(
  makeCounterProvider({
    name: 'outbound_requests_total',
    help: 'Number of calls to other services by outcome: success, client_error (4xx), server_error (5xx), or why there was no response. busy and circuit_open were not attempted, and refused addresses were not called.',
    labelNames: ['target', 'outcome'],
  }),
  makeHistogramProvider({
    name: 'outbound_request_duration_seconds',
    help: 'Duration of a call to another service in seconds, including redirects and retries.',
    labelNames: ['target'],
    buckets: BUCKETS,
  }),
  makeCounterProvider({
    name: 'outbound_retries_total',
    help: 'Number of repeated attempts of calls to other services.',
    labelNames: ['target'],
  }),
  makeGaugeProvider({
    name: 'outbound_circuits',
    help: 'Number of receivers by the state of their circuit breaker: closed, open (calls fail without an attempt) or half_open (one call finds out whether the receiver responds).',
    labelNames: ['target', 'state'],
    inject: [Circuits],
    collect(circuits: Circuits) {
      this.reset();
      for (const [target, all] of circuits.byTarget)
        for (const state of STATES)
          this.set({ target, state }, all.filter((circuit) => circuit.state === state).length);
    },
  }),
);
