import fastifyCompress from '@fastify/compress';
import { RequestMethod } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { AppModule, servesApi } from './app.module.js';
import { addDocsAssets, publishDocs } from './docs/docs.service.js';
import type { AppConfig } from './settings.js';
import { Callers } from './platform/http/access/callers.js';
import { addOrigins } from './platform/http/access/origins.js';
import { addClientAddresses, trustOf } from './platform/http/server/client-address.js';
import { corsOptions } from './platform/http/server/cors.js';
import { addBodyParsers, createAdapter } from './platform/http/server/fastify.js';
import { addMessageRules } from './platform/http/server/message-rules.js';
import { addMethodRules } from './platform/http/server/method-rules.js';
import { COMPRESSED_FROM_BYTES, ENCODINGS } from './platform/http/public-reads/prepared-answer.js';
import { PublicReads } from './platform/http/public-reads/public-reads.js';
import { answerLostRequests } from './platform/http/server/raw-answers.js';
import { answerHeadLikeGet } from './platform/http/answers/head-answers.js';
import { addRepresentationHeaders, weakenCompressedTags } from './platform/http/answers/representation.js';
import { addRequestIds } from './platform/http/server/request-ids.js';
import { API_PATH } from './platform/http/routes/api-path.js';
import { rootPaths } from './platform/http/routes/at-root.js';
import { RouteTable } from './platform/http/routes/route-table.js';
import { RequestLimits } from './platform/http/tiers/request-limits.js';
import { Lifecycle } from './platform/lifecycle/lifecycle.js';
import type { ProcessRole } from './platform/lifecycle/process-role.js';
import { addRequestLog } from './platform/http/server/request-log.js';
import { addSecurityHeaders } from './platform/http/server/security-headers.js';
import { Logger } from './platform/logging/logger.js';
import { RequestMetrics } from './platform/http/server/request-metrics.js';

/** Builds the app in the same way for main.ts and for every test. It does not listen yet. */
export async function createApp(
  config: AppConfig,
  role: ProcessRole = config.PROCESS_ROLE,
): Promise<NestFastifyApplication> {
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.with(config, role),
    createAdapter(config),
    {
      bufferLogs: true,
      bodyParser: false,
      abortOnError: false,
    },
  );
  const logger = app.get(Logger);
  app.useLogger(logger);
  app.setGlobalPrefix(API_PATH, {
    exclude: rootPaths(app).map((path) => ({ path, method: RequestMethod.ALL })),
  });
  const server = app.getHttpAdapter().getInstance();
  app.get(RouteTable).watch(server);
  app.get(PublicReads).watch(server);
  answerLostRequests(app.getHttpServer(), config);
  addBodyParsers(server);
  addRequestIds(server);
  addClientAddresses(server, trustOf(config.TRUST_PROXY));
  if (config.METRICS_ENABLED) app.get(RequestMetrics).watch(server);
  if (config.ENABLE_REQUEST_LOGGING) addRequestLog(server, logger);
  addDrainHeader(server, app.get(Lifecycle));
  addSecurityHeaders(server);
  app.get(Callers).watch(server);
  app.get(RequestLimits).watch(server);
  addOrigins(server);
  addMessageRules(server);
  addMethodRules(server, app.get(RouteTable));
  app.enableCors(corsOptions(config));
  addRepresentationHeaders(server, config);
  await app.register(fastifyCompress, {
    encodings: [...ENCODINGS],
    threshold: COMPRESSED_FROM_BYTES,
    inflateIfDeflated: false,
    // A small compressed request could otherwise expand to a thousand times its size.
    globalDecompression: false,
  });
  weakenCompressedTags(server);
  answerHeadLikeGet(server);
  const docs = servesApi(role) && config.DOCS_ENABLED;
  if (docs) await addDocsAssets(app);
  await app.init();
  if (docs) publishDocs(app);
  return app;
}

/** The last responses of a draining process close keep-alive connections, so that clients use another process. */
function addDrainHeader(server: FastifyInstance, lifecycle: Lifecycle): void {
  server.addHook('onSend', (_request, reply, payload, done) => {
    if (lifecycle.draining) reply.header('connection', 'close');
    done(null, payload);
  });
}
