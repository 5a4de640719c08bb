import { Injectable } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { TooManyRequests } from '../../errors/caller-problems.js';
import { READ, type Tier, WRITE } from '../../limits/tier.js';
import { asProblem } from '../problems/send-problem.js';
import type { Limit } from './limit.js';
import { Limits } from './limits.js';
import './limited.decorator.js';

const SAFE = new Set(['GET', 'HEAD']);

/** A search in a list counts as a write, because it costs as much. */
function searches(query: unknown): boolean {
  const { q } = (query ?? {}) as { q?: unknown };
  return typeof q === 'string' ? q.trim() !== '' : q !== undefined;
}

/**
 * Returns the tier of a request: that of the route, otherwise that of the caller's credentials, otherwise by method
 * and query. A preflight of a browser has none.
 */
export function tierOf({ routeOptions, method, query, caller }: FastifyRequest): Tier | 'none' | 'service' {
  if (method === 'OPTIONS') return 'none';
  const byMethod = SAFE.has(method) && !searches(query) ? READ : WRITE;
  return routeOptions.config.tier ?? caller?.principal?.tier ?? byMethod;
}

/**
 * The request continues one turn of the event loop later, so that a malformed body that arrived with it is found
 * first.
 */
const mayHaveBody = ({ headers }: FastifyRequest): boolean =>
  headers['transfer-encoding'] !== undefined || headers['content-length'] !== undefined;

/**
 * Counts every request once in one tier, as soon as the caller is known. This includes requests that no route,
 * parser or guard accepts. A request that fails earlier because of an error of the server is not counted.
 */
@Injectable()
export class RequestLimits {
  constructor(private readonly limits: Limits) {}

  /** Call it after `Callers.watch` and before any hook that can reject a request. */
  watch(server: FastifyInstance): void {
    server.addHook('onRequest', (request, reply, done) => {
      const tier = tierOf(request);
      if (tier === 'none') return done();
      if (tier === 'service') return this.refuseHeld(request, reply, done);
      if (mayHaveBody(request)) this.count(tier, request, reply).then(() => setImmediate(done), done);
      else this.countThen(done, tier, request, reply);
    });

    server.addHook('preHandler', (request, reply, done) => {
      const { weight } = request.routeOptions.config;
      const more = weight ? weight(request.body) - 1 : 0;
      if (more <= 0 || !reply.limit) return done();
      this.limits.countMore(reply.limit, more, reply).then(() => done(), done);
    });

    server.addHook('onSend', (request, reply, payload, done) => {
      const isCounted = reply.limit !== undefined || reply.statusCode >= 500;
      if (isCounted || tierOf(request) !== 'service') return done(null, payload);
      this.count(WRITE, request, reply).then(
        () => done(null, payload),
        (error: Error) =>
          error instanceof TooManyRequests ? done(null, asProblem(error, request, reply)) : done(error),
      );
    });
  }

  private refuseHeld(request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void): void {
    const { addressLimit } = request.routeOptions.config;
    try {
      if (addressLimit) this.limits.refuseHeld(addressLimit, request.ip, reply);
    } catch (error) {
      return done(error as Error);
    }
    done();
  }

  private countThen(
    done: (error?: Error) => void,
    tier: Tier,
    request: FastifyRequest,
    reply: FastifyReply,
  ): void {
    let counting: Promise<void> | undefined;
    try {
      counting = this.limits.countNow(this.limitOf(tier, request), reply);
    } catch (error) {
      return done(error as Error);
    }
    if (counting) counting.then(() => done(), done);
    else done();
  }

  private count(tier: Tier, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    return this.limits.count(this.limitOf(tier, request), reply);
  }

  private limitOf(tier: Tier, request: FastifyRequest): Limit {
    return this.limits.of(tier, request.ip, request.caller?.principal?.id);
  }
}
