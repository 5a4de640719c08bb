import { Injectable } from '@nestjs/common';
import type { FastifyInstance, HTTPMethods } from 'fastify';
import { API_PATH } from './api-path.js';
import type { Problem } from '../../errors/problem.js';
import { MethodNotAllowed, RouteNotFound } from '../../errors/request-problems.js';
import FindMyWay, { type HTTPMethod, type HTTPVersion, type Instance } from 'find-my-way';

/** The maximum length of a path segment. */
export const MOST_PARAM_CHARACTERS = 200;

/** Every path with a method also supports OPTIONS. */
const withOptions = (methods: string[]): string[] =>
  methods.length > 0 ? [...methods, 'OPTIONS'].sort() : [];

/** The usual slips: slashes at the end or twice, capital letters, and a path without the prefix of the API. */
function spellingsOf(path: string): string[] {
  const plain =
    path
      .split('/')
      .filter(Boolean)
      .map((part) => `/${part}`)
      .join('') || '/';
  const lower = plain.toLowerCase();
  const prefixed = `${API_PATH}${lower.replace(/^(?:\/api)?(?:\/v\d+)?(?=\/)/, '')}`;
  return [plain, lower, prefixed].filter((spelling) => spelling !== path);
}

/** Knows the methods of each path. The router of Fastify does not expose them. */
@Injectable()
export class RouteTable {
  private readonly router: Instance<HTTPVersion.V1>;

  constructor() {
    this.router = FindMyWay({ maxParamLength: MOST_PARAM_CHARACTERS });
  }
  private readonly methods = new Set<HTTPMethod>();
  private readonly readablePaths: string[] = [];

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

  /** Returns the paths with GET, with their parameters, in the order of the app. */
  readable(): readonly string[] {
    return this.readablePaths;
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
    if (allowed.length > 0)
      return allowed.includes(method) ? new RouteNotFound() : new MethodNotAllowed(method, allowed);
    const meant = this.meantBy(url);
    return new RouteNotFound(meant && `No resource matches this URL. Use ${meant} instead.`);
  }

  /** Returns the path of a route that differs only in its spelling, or undefined. */
  private meantBy(url: string): string | undefined {
    const path = url.split('?', 1)[0] as string;
    if (path.length > MOST_PARAM_CHARACTERS) return undefined;
    return spellingsOf(path).find((spelling) => this.methodsOf(spelling).length > 0);
  }

  private add(method: HTTPMethod, url: string): void {
    if (method === 'OPTIONS' || url === '*' || this.router.hasRoute(method, url)) return;
    this.methods.add(method);
    if (method === 'GET') this.readablePaths.push(url);
    this.router.on(method, url, () => undefined);
  }
}
