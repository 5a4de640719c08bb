import { readFileSync } from 'node:fs';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { RouteTable } from '../../src/platform/http/routes/route-table.js';

export interface Route {
  method: string;
  /** The path with parameters in the syntax of Fastify: `/api/v1/posts/:idOrSlug`. */
  path: string;
}

/** Returns every route of the app except HEAD, which exists for each GET. */
export function routesOf(app: NestFastifyApplication): Route[] {
  const { router } = app.get<{ router: { routes: Route[] } }>(RouteTable);
  return router.routes
    .map(({ method, path }) => ({ method, path }))
    .filter(({ method }) => method !== 'HEAD');
}

interface Operation {
  operationId: string;
  parameters?: {
    name: string;
    in: string;
    description?: string;
    schema: { enum?: string[]; items?: { enum?: string[] } };
  }[];
  requestBody?: object;
}

/** Returns the operations of openapi.json with the paths of the app. */
export function documentedRoutes(): (Route & { operation: Operation })[] {
  const document = JSON.parse(readFileSync(new URL('../../openapi.json', import.meta.url), 'utf8')) as {
    paths: Record<string, Record<string, Operation>>;
    components: { schemas: Record<string, { enum?: string[] }> };
  };
  const named = (schema: { $ref?: string; enum?: string[] } | undefined) =>
    schema?.$ref ? document.components.schemas[schema.$ref.split('/').at(-1) ?? ''] : schema;
  for (const item of Object.values(document.paths)) {
    for (const { parameters = [] } of Object.values(item))
      for (const { schema } of parameters) schema.items = named(schema.items);
  }
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path: path.replace(/\{(\w+)\}/g, ':$1'),
      operation,
    })),
  );
}

/** Returns the operations of openapi.json that are not reads. */
export const documentedWrites = () =>
  documentedRoutes()
    .filter(({ method }) => method !== 'GET')
    .map(({ method, path, operation }) => ({
      path,
      route: `${method} ${path}`,
      parameters: operation.parameters,
    }));
