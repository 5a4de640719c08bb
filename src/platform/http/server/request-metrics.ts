import { Injectable } from '@nestjs/common';
import { InjectMetric } from '@willsoto/nestjs-prometheus';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Counter, Gauge, Histogram } from 'prom-client';
import { whenResponsesEnd } from './ended-responses.js';

declare module 'fastify' {
  interface FastifyReply {
    /** How long the request waited because its client asked for it, in milliseconds. It does not count as slow. */
    waitedMs?: number;
  }
}

/**
 * Counts requests by method, route template and status. It does not use the path, which would have an unlimited
 * number of values.
 */
@Injectable()
export class RequestMetrics {
  constructor(
    @InjectMetric('http_request_duration_seconds') private readonly duration: Histogram,
    @InjectMetric('http_requests_total') private readonly total: Counter,
    @InjectMetric('api_errors_total') private readonly errors: Counter,
    @InjectMetric('active_connections') private readonly active: Gauge,
  ) {}

  watch(server: FastifyInstance): void {
    server.server.on('connection', (socket) => {
      this.active.inc();
      socket.once('close', () => this.active.dec());
    });
    whenResponsesEnd(server, (request, reply) =>
      this.record(request.method, request.routeOptions.url ?? 'unmatched', reply),
    );
  }

  private record(method: string, route: string, reply: FastifyReply): void {
    const labels = { method, route, status_code: String(reply.statusCode) };
    this.duration.observe(labels, Math.max(0, reply.elapsedTime - (reply.waitedMs ?? 0)) / 1000);
    this.total.inc(labels);
    if (reply.statusCode >= 400)
      this.errors.inc({ error_type: reply.problemCode ?? 'none', endpoint: route });
  }
}
