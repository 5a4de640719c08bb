import { applyDecorators, Inject, Injectable } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteHandlerMethod } from 'fastify';
import { LRUCache } from 'lru-cache';
import { Cache, type CacheEntry } from '../../cache/cache.js';
import { httpSettings } from '../settings/http.settings.js';
import type { Problem } from '../../errors/problem.js';
import { RouteNotFound } from '../../errors/problems.js';
import { Public } from '../access/access.js';
import { heldTag } from '../answers/conditions.js';
import { RouteFacts } from '../routes/route-config.js';
import { encodingFor, PreparedAnswer, type PublicAnswer } from './prepared-answer.js';
import { pageLinks } from '../answers/page-links.js';
import { sharedCacheControl, VARY_OF_READS } from '../answers/representation.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    publicRead?: string;
  }
}

export type { PublicAnswer } from './prepared-answer.js';

/** How a request is answered to everybody alike. */
export interface PublicRead extends CacheEntry {
  /** Null: there is nothing there. */
  load(): Promise<PublicAnswer | null>;
  /** What is answered then. */
  missing?(): Problem;
}

/** What a request asks for, told from its address alone; undefined when that is not well-formed. */
export type ReadPlanner = (request: FastifyRequest) => PublicRead | undefined;

const isFleeting = (answer: PublicAnswer | null) => answer?.isFleeting === true;

const MOST_PLANS = 1000;
/** Longer addresses are rare, and would let a thousand of 16 KiB stay in memory. */
const MOST_PLANNED_CHARACTERS = 1000;

/** Opens a GET to everyone; who shows no credentials is answered by the planner of this name. */
export const AnsweredToAll = (name: string) => applyDecorators(Public(), RouteFacts({ publicRead: name }));

/**
 * Answers public reads as bytes that are ready: the same for everyone, from the
 * cache or as PostgreSQL built them.
 *
 * What such a request is spared of Nest's way: AccessGuard (the route is open),
 * RequestRulesGuard and the validating pipe (the planner validates), the
 * interceptor of Idempotency-Key (for writes) and the serializer. Whatever is
 * not plain is left to Nest: a request with credentials, or with a fault to be
 * explained. Every hook of Fastify runs.
 */
@Injectable()
export class PublicReads {
  private readonly planners = new Map<string, ReadPlanner>();
  private readonly plans = new LRUCache<string, PublicRead>({ max: MOST_PLANS });
  private readonly prepared = new WeakMap<PublicAnswer, PreparedAnswer>();
  private readonly cacheControl: string;

  constructor(
    private readonly cache: Cache,
    @Inject(httpSettings.KEY) config: ConfigType<typeof httpSettings>,
  ) {
    this.cacheControl = sharedCacheControl(config);
  }

  add(name: string, planner: ReadPlanner): void {
    this.planners.set(name, planner);
  }

  /** Goes before the handlers of the routes that are marked; call it before there are routes. */
  watch(server: FastifyInstance): void {
    server.addHook('onRoute', (route) => {
      const name = route.config?.publicRead;
      if (name !== undefined) route.handler = this.before(route.handler, name);
    });
  }

  private before(nest: RouteHandlerMethod, name: string): RouteHandlerMethod {
    const answer = (request: FastifyRequest, reply: FastifyReply) => {
      const plan = request.headers.authorization === undefined ? this.plan(name, request) : undefined;
      return plan && this.answer(plan, request, reply);
    };
    return function (request, reply) {
      return answer(request, reply) ?? nest.call(this, request, reply);
    };
  }

  private plan(name: string, request: FastifyRequest): PublicRead | undefined {
    const known = this.plans.get(request.url);
    if (known) return known;
    const plan = this.planners.get(name)?.(request);
    if (plan && request.url.length <= MOST_PLANNED_CHARACTERS) this.plans.set(request.url, plan);
    return plan;
  }

  /** @throws what the plan misses */
  private async answer(
    plan: PublicRead,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<FastifyReply> {
    const held = this.cache.held<PublicAnswer | null>(plan);
    const answer = held === undefined ? await this.cache.read(plan, () => plan.load(), isFleeting) : held;
    if (answer === null) throw plan.missing?.() ?? new RouteNotFound();
    return this.send(this.prepare(answer), request, reply);
  }

  private prepare(answer: PublicAnswer): PreparedAnswer {
    let prepared = this.prepared.get(answer);
    if (!prepared) this.prepared.set(answer, (prepared = new PreparedAnswer(answer)));
    return prepared;
  }

  private async send(
    answer: PreparedAnswer,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<FastifyReply> {
    const tag = heldTag(request.headers, answer.etag, answer.version);
    reply.complete = true;
    reply.header('cache-control', this.cacheControl).header('vary', VARY_OF_READS);
    const links =
      answer.nextCursor === undefined ? undefined : pageLinks(request.originalUrl, answer.nextCursor);
    if (links !== undefined) reply.header('link', links);
    if (tag !== undefined) return reply.code(304).header('etag', tag).send();
    reply.header('content-type', 'application/json; charset=utf-8').header('etag', answer.etag);
    const encoding = encodingFor(request.headers['accept-encoding'], answer);
    if (!encoding) return reply.header('content-length', answer.length).send(answer.text);
    return reply.header('content-encoding', encoding).send(await answer.compressed(encoding));
  }
}
