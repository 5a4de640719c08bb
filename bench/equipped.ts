/**
 * Fastify that sends the same bytes and has the same duties, for which it uses
 * its well-maintained plugins: security headers, CORS, a limit, a request id,
 * ETag and 304, metrics and a log line for each request. A service that is
 * built from them in an afternoon looks like this.
 */
import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import cors from '@fastify/cors';
import etag from '@fastify/etag';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import Fastify, { type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client';
import { isMain } from '../scripts/tools/main.ts';
import { serveParent } from './parent.ts';

const PUBLIC = 'public, max-age=0, must-revalidate';
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.3, 0.5, 0.7, 1, 3, 5, 7, 10];
const labelNames = ['method', 'route', 'status_code'];

/** What it sends, and the file of its log. */
export interface EquippedSettings {
  list: string;
  post: string;
  log: string;
}

function countRequests() {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const of = { help: 'Requests', labelNames, registers: [registry] };
  return {
    duration: new Histogram({ name: 'duration_seconds', buckets: BUCKETS, ...of }),
    total: new Counter({ name: 'requests_total', ...of }),
  };
}

/** Counts each request and writes a line about it. */
function watch(fastify: FastifyInstance): void {
  const { duration, total } = countRequests();
  fastify.addHook('onResponse', (request, reply, done) => {
    const [method, route, status] = [
      request.method,
      request.routeOptions.url ?? 'unmatched',
      String(reply.statusCode),
    ];
    const labels = { method, route, status_code: status };
    duration.observe(labels, reply.elapsedTime / 1000);
    total.inc(labels);
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
}

async function equip(fastify: FastifyInstance): Promise<void> {
  await fastify.register(helmet);
  await fastify.register(cors, { origin: ['http://localhost:3000'], credentials: true });
  await fastify.register(rateLimit, { max: 100_000_000, timeWindow: '1 minute' });
  await fastify.register(etag);
  fastify.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    done();
  });
  watch(fastify);
}

async function serveEquipped(settings: EquippedSettings): Promise<number> {
  const log: FastifyBaseLogger = pino(
    { level: 'info' },
    pino.destination({ dest: settings.log, sync: false }),
  );
  const fastify = Fastify({
    loggerInstance: log,
    disableRequestLogging: true, // it writes two lines
    genReqId: () => randomUUID(),
  });
  await equip(fastify);
  for (const name of ['list', 'post'] as const)
    fastify.get(`/${name}`, (_request, reply) =>
      reply
        .header('content-type', 'application/json; charset=utf-8')
        .header('cache-control', PUBLIC)
        .send(settings[name]),
    );
  await fastify.listen({ port: 0, host: '127.0.0.1' });
  return (fastify.server.address() as AddressInfo).port;
}

if (isMain(import.meta))
  await serveParent(async (settings: EquippedSettings) => ({ equipped: await serveEquipped(settings) }));
