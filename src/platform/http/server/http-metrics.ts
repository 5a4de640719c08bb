import { Injectable } from '@nestjs/common';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { Metrics } from '../../metrics/registry.js';

/** Seconds. Fine below 100 ms, where this API answers, and coarse above. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.3, 0.5, 0.7, 1, 3, 5, 7, 10];
const LABELS = ['method', 'route', 'status_code'] as const;

/** Requests by method, route template and status; never by path, which would have no end of values. */
@Injectable()
export class HttpMetrics {
  private readonly duration;
  private readonly total;
  private readonly errors;
  private readonly active;

  constructor(metrics: Metrics) {
    this.duration = metrics.histogram({
      name: 'http_request_duration_seconds',
      help: 'Duration of a request in seconds, from the request line to the last byte of the response.',
      labelNames: LABELS,
      buckets: BUCKETS,
    });
    this.total = metrics.counter({
      name: 'http_requests_total',
      help: 'Number of completed requests.',
      labelNames: LABELS,
    });
    this.errors = metrics.counter({
      name: 'api_errors_total',
      help: 'Number of requests with a 4xx or 5xx response, by problem code.',
      labelNames: ['error_type', 'endpoint'],
    });
    this.active = metrics.gauge({ name: 'active_connections', help: 'Number of open client connections.' });
  }

  watch(server: FastifyInstance): void {
    server.server.on('connection', (socket) => {
      this.active.inc();
      socket.once('close', () => this.active.dec());
    });
    server.addHook('onResponse', (request, reply, done) => {
      this.record(request.method, request.routeOptions.url ?? 'unmatched', reply);
      done();
    });
  }

  private record(method: string, route: string, reply: FastifyReply): void {
    const labels = { method, route, status_code: String(reply.statusCode) };
    this.duration.observe(labels, reply.elapsedTime / 1000);
    this.total.inc(labels);
    if (reply.statusCode >= 400)
      this.errors.inc({ error_type: reply.problemCode ?? 'none', endpoint: route });
  }
}
