import { Injectable } from '@nestjs/common';
import type { FastifyInstance, HTTPMethods } from 'fastify';
import FindMyWay, { type HTTPMethod, type HTTPVersion, type Instance } from 'find-my-way';

/** As long as a part of a path may be. */
export const MOST_PARAM_CHARACTERS = 200;

/** Which methods a path has: a mirror of Fastify's router, which keeps its own private. */
@Injectable()
export class RouteTable {
  private readonly router: Instance<HTTPVersion.V1>;

  constructor() {
    this.router = FindMyWay({ maxParamLength: MOST_PARAM_CHARACTERS });
  }
  private readonly methods = new Set<HTTPMethod>();

  watch(server: FastifyInstance): void {
    server.addHook('onRoute', (route) => {
      const methods: HTTPMethods[] = Array.isArray(route.method) ? route.method : [route.method];
      for (const method of methods) this.add(method as HTTPMethod, route.url);
    });
  }

  /** Those offered at this path, sorted; empty when nothing is there. */
  methodsOf(url: string): string[] {
    const path = url.split('?', 1)[0] as string;
    const offers = (method: HTTPMethod) => {
      const found = this.router.find(method, path);
      return found !== null && Object.values(found.params).every((value) => value !== '');
    };
    return [...this.methods].filter(offers).sort();
  }

  private add(method: HTTPMethod, url: string): void {
    if (method === 'OPTIONS' || url === '*' || this.router.hasRoute(method, url)) return;
    this.methods.add(method);
    this.router.on(method, url, () => undefined);
  }
}
