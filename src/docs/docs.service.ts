import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { createOpenApiDocument } from '../platform/http/contract/openapi.js';
import { DocsPages } from './docs-pages.js';

const ASSETS = ['/swagger-ui.css', '/swagger-ui-bundle.js', '/favicon-32x32.png'];

/**
 * Serves the three files that the page requires from the package swagger-ui-dist, and redirects `/docs/` to the
 * page.
 */
export async function addDocsAssets(app: NestFastifyApplication): Promise<void> {
  const root = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
  await app.register(async (scope: FastifyInstance) => {
    scope.addHook('onRoute', (route) => {
      route.config = { ...route.config, tier: 'none', ignoresCredentials: true };
    });
    await scope.register(fastifyStatic, {
      root,
      prefix: '/docs/assets/',
      decorateReply: false,
      index: false,
      allowedPath: (path) => ASSETS.includes(path),
      maxAge: '1d',
    });
  });
  // Nest removes the trailing slash from its own routes.
  app
    .getHttpAdapter()
    .getInstance()
    .get('/docs/', (_request, reply) => reply.redirect('/docs', 308));
}

/** Passes the documents of the complete app to the documentation routes. */
export function publishDocs(app: NestFastifyApplication): void {
  for (const version of ['3.1.0', '3.0.3'] as const)
    app.get(DocsPages).publish(version, createOpenApiDocument(app, version));
}
