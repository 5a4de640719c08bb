import { describe, expect, it } from '@jest/globals';
import type { ModulesContainer } from '@nestjs/core';
import type { FastifyInstance, RouteOptions } from 'fastify';
import { RouteTable } from '../platform/http/routes/route-table.js';
import { HomeService } from './home.service.js';

type Hook = (route: Pick<RouteOptions, 'method' | 'url'>) => void;

function serving(paths: string[], production: boolean, PUBLIC_URL?: string): HomeService {
  const routes = new RouteTable();
  const addHook = (_name: string, hook: Hook) => paths.forEach((url) => hook({ method: 'GET', url }));
  routes.watch({ addHook } as unknown as FastifyInstance);
  const config = { APP_VERSION: '1.2.3', production } as ConstructorParameters<typeof HomeService>[2];
  return new HomeService(routes, new Map() as unknown as ModulesContainer, config, { PUBLIC_URL });
}
const relsOf = (home: HomeService) => home.service().links.map(({ rel }) => rel);

describe('the index of a server', () => {
  it('has links to what this server has', () => {
    expect(relsOf(serving(['/api/v1', '/health'], false))).toEqual(['service', 'status']);
  });

  it('has no link to health in production, where no proxy publishes it', () => {
    expect(relsOf(serving(['/api/v1', '/health', '/docs'], true))).toEqual(['service', 'service-doc']);
  });

  it('has links to feeds if the server knows its address', () => {
    const paths = ['/api/v1', '/feeds/posts.rss'];
    expect(relsOf(serving(paths, false))).toEqual(['service']);
    expect(relsOf(serving(paths, false, 'https://api.example.com'))).toEqual(['service', 'alternate']);
  });

  it('lists as collections what can be read without parameters', () => {
    const paths = ['/api/v1', '/api/v1/posts', '/api/v1/posts/:id', '/api/v1/users/me', '/health'];
    const { collections } = serving(paths, false).api();
    expect(collections.map(({ href }) => href)).toEqual(['/api/v1/posts']);
  });
});
