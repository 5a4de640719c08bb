import { Injectable } from '@nestjs/common';
import type { FastifyInstance, HTTPMethods } from 'fastify';
import type { Problem } from '../../errors/problem.js';
import { MethodNotAllowed, RouteNotFound } from '../../errors/problems.js';
import FindMyWay, { type HTTPMethod, type HTTPVersion, type Instance } from 'find-my-way';

/** The maximum length of a path segment. */
export const MOST_PARAM_CHARACTERS = 200;

/** Every path with a method also supports OPTIONS. */
const withOptions = (methods: string[]): string[] =>
  methods.length > 0 ? [...methods, 'OPTIONS'].sort() : [];

/** Knows the methods of each path. The router of Fastify does not expose them. */
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

  /** Returns the methods of this path, sorted, or an empty list if no route matches. */
  methodsOf(url: string): string[] {
    const path = url.split('?', 1)[0] as string;
    const offers = (method: HTTPMethod) => {
      const found = this.router.find(method, path);
      return found !== null && Object.values(found.params).every((value) => value !== '');
    };
    return withOptions([...this.methods].filter(offers));
  }

  /** Returns the methods of all paths, sorted. */
  allMethods(): string[] {
    return withOptions([...this.methods]);
  }

  /**
   * Returns the problem for a missing route. Fastify itself responds only with 404, so this finds out whether
   * another method exists.
   */
  refusal(method: string, url: string): Problem {
    const allowed = this.methodsOf(url);
    return allowed.length > 0 && !allowed.includes(method)
      ? new MethodNotAllowed(method, allowed)
      : new RouteNotFound();
  }

  private add(method: HTTPMethod, url: string): void {
    if (method === 'OPTIONS' || url === '*' || this.router.hasRoute(method, url)) return;
    this.methods.add(method);
    this.router.on(method, url, () => undefined);
  }
}
