import { Injectable } from '@nestjs/common';
import type { FastifyInstance, HTTPMethods } from 'fastify';
import FindMyWay, { type HTTPMethod, type HTTPVersion, type Instance } from 'find-my-way';

/** Which methods a path has: a mirror of Fastify's router, which keeps its own private. */
@Injectable()
export class RouteTable {
  private readonly router: Instance<HTTPVersion.V1> = FindMyWay();
  private readonly methods = new Set<HTTPMethod>();

  watch(server: FastifyInstance): void {
    server.addHook('onRoute', (route) => {
      for (const method of [route.method].flat() as HTTPMethods[]) this.add(method as HTTPMethod, route.url);
    });
  }

  /** Those offered at this path, sorted; empty when nothing is there. */
  methodsOf(url: string): string[] {
    const path = url.split('?', 1)[0] as string;
    return [...this.methods].filter((method) => this.router.find(method, path)).sort();
  }

  private add(method: HTTPMethod, url: string): void {
    if (method === 'OPTIONS' || url === '*' || this.router.hasRoute(method, url)) return;
    this.methods.add(method);
    this.router.on(method, url, () => undefined);
  }
}
