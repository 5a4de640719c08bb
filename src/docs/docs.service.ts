import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { createOpenApiDocument } from '../platform/http/contract/openapi.js';
import { DocsPages } from './docs-pages.js';

const PACKAGE = {
  root: dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json')),
  allowedPath: (path: string) =>
    ['/swagger-ui.css', '/swagger-ui-bundle.js', '/favicon-32x32.png'].includes(path),
  prefix: '/docs/assets/',
  maxAge: '1d',
};

/** A release changes the files of the page together, so a browser must not mix those of two releases. */
const PAGE = {
  root: fileURLToPath(new URL('page', import.meta.url)),
  allowedPath: (path: string) => /^\/[a-z-]+\.(?:js|css)$/.test(path),
  prefix: '/docs/page/',
  maxAge: 0,
};

/** Serves the files of the package swagger-ui-dist and of `page`, and redirects `/docs/` and `/docs/guide/` to the pages. */
export async function addDocsAssets(app: NestFastifyApplication): Promise<void> {
  await app.register(async (scope: FastifyInstance) => {
    scope.addHook('onRoute', (route) => {
      route.config = { ...route.config, tier: 'none', ignoresCredentials: true };
    });
    for (const files of [PACKAGE, PAGE])
      await scope.register(fastifyStatic, { ...files, decorateReply: false, index: false });
  });
  // Nest removes the trailing slash from its own routes.
  for (const path of ['/docs', '/docs/guide'])
    app
      .getHttpAdapter()
      .getInstance()
      .get(`${path}/`, (_request, reply) => reply.redirect(path, 308));
}

/** Passes the documents of the complete app to the documentation routes. */
export function publishDocs(app: NestFastifyApplication): void {
  for (const version of ['3.1.0', '3.0.3'] as const)
    app.get(DocsPages).publish(version, createOpenApiDocument(app, version));
}
