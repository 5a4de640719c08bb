/**
 * Fastify that sends the same bytes and has the same duties, done by its
 * well-kept plugins: security headers, CORS, a limit, a request id, ETag and
 * 304, metrics and a line for each request. What a service is that somebody
 * puts together from them in an afternoon.
 */
import { randomUUID } from 'node:crypto';
import cors from '@fastify/cors';
import etag from '@fastify/etag';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import Fastify from 'fastify';
import { pino } from 'pino';
import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client';
import type { EquippedSettings } from './processes.ts';

const settings = JSON.parse(process.env.BENCH_SETTINGS ?? '') as EquippedSettings;
const PUBLIC = 'public, max-age=0, must-revalidate';
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.3, 0.5, 0.7, 1, 3, 5, 7, 10];
const labelNames = ['method', 'route', 'status_code'];

const registry = new Registry();
collectDefaultMetrics({ register: registry });
const registers = [registry];
const duration = new Histogram({
  name: 'duration_seconds',
  help: 'Seconds',
  labelNames,
  buckets: BUCKETS,
  registers,
});
const total = new Counter({ name: 'requests_total', help: 'Requests', labelNames, registers });

const fastify = Fastify({
  loggerInstance: pino({ level: 'info' }, pino.destination({ dest: settings.log, sync: false })),
  disableRequestLogging: true, // it writes two lines
  genReqId: () => randomUUID(),
});
await fastify.register(helmet);
await fastify.register(cors, { origin: ['http://localhost:3000'], credentials: true });
await fastify.register(rateLimit, { max: 100_000_000, timeWindow: '1 minute' });
await fastify.register(etag);
fastify.addHook('onRequest', (request, reply, done) => {
  reply.header('x-request-id', request.id);
  done();
});
fastify.addHook('onResponse', (request, reply, done) => {
  const labels = {
    method: request.method,
    route: request.routeOptions.url ?? 'unmatched',
    status_code: String(reply.statusCode),
  };
  duration.observe(labels, reply.elapsedTime / 1000);
  total.inc(labels);
  const { method, route, status_code: status } = labels;
  request.log.info(
    {
      method,
      route,
      status,
      duration: reply.elapsedTime,
      ip: request.ip,
      userAgent: request.headers['user-agent'],
    },
    'request',
  );
  done();
});
for (const name of ['list', 'post'] as const)
  fastify.get(`/${name}`, (_request, reply) =>
    reply
      .header('content-type', 'application/json; charset=utf-8')
      .header('cache-control', PUBLIC)
      .send(settings[name]),
  );
await fastify.listen({ port: 0, host: '127.0.0.1' });

const address = fastify.server.address();
const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
process.send?.({ node: port, fastify: port });
process.on('disconnect', () => process.exit(0));
