import { applyDecorators, Inject, Injectable } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteHandlerMethod } from 'fastify';
import { LRUCache } from 'lru-cache';
import { Cache, type CacheEntry } from '../../cache/cache.js';
import { httpSettings } from '../settings/http.settings.js';
import { problemOfDatabase } from '../../database/database-problems.js';
import { Problem, Unavailable } from '../../errors/problem.js';
import { RouteNotFound } from '../../errors/request-problems.js';
import { Public, type PublicOptions } from '../access/access.js';
import { heldTag, httpDate } from '../answers/conditions.js';
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

/** Describes how a request is answered in the same way for everyone. */
export interface PublicRead extends Omit<CacheEntry, 'revive'> {
  /** Null if the resource does not exist. */
  load(): Promise<PublicAnswer | null>;
  /** The problem for a resource that does not exist. */
  missing?(): Problem;
}

/** Returns what a request asks for, based only on its URL, or undefined if the URL is not valid. */
export type ReadPlanner = (request: FastifyRequest) => PublicRead | undefined;

type Entry = PublicRead & CacheEntry<PreparedAnswer | null>;

const isFleeting = (answer: PreparedAnswer | null) => answer?.isFleeting === true;
const revive = (plain: unknown) => new PreparedAnswer(plain as PublicAnswer);

/** Tells whether the same request could succeed soon, so that an older response is better than none (RFC 5861). */
const isPassing = (error: unknown) =>
  (error instanceof Problem ? error : problemOfDatabase(error)) instanceof Unavailable;

const MOST_PLANS = 1000;
/** Longer URLs are rare, and a thousand of 16 KiB would use too much memory. */
const MOST_PLANNED_CHARACTERS = 1000;

/**
 * Makes a GET public. The planner with this name answers requests without credentials, or all requests if the route
 * ignores credentials.
 */
export const AnsweredToAll = (name: string, options?: PublicOptions) =>
  applyDecorators(Public(options), RouteFacts({ publicRead: name }));

/**
 * Answers public reads with prepared bytes, which are the same for everyone and come from the cache or from
 * PostgreSQL.
 *
 * Such a request skips these parts of Nest: AccessGuard (the route is public), RequestRulesGuard and the validation
 * pipe (the planner validates), the interceptor of Idempotency-Key (only for writes), and the serializer. Nest
 * handles all other requests: those with credentials, and those whose faults must be explained. All hooks of
 * Fastify run.
 */
@Injectable()
export class PublicReads {
  private readonly planners = new Map<string, ReadPlanner>();
  private readonly plans = new LRUCache<string, Entry>({ max: MOST_PLANS });
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

  /** Runs before the handlers of marked routes. Call it before routes are added. */
  watch(server: FastifyInstance): void {
    server.addHook('onRoute', (route) => {
      const name = route.config?.publicRead;
      const isForAll = route.config?.ignoresCredentials === true;
      if (name !== undefined) route.handler = this.before(route.handler, name, isForAll);
    });
  }

  private before(nest: RouteHandlerMethod, name: string, isForAll: boolean): RouteHandlerMethod {
    const planOf = (request: FastifyRequest) =>
      isForAll || request.headers.authorization === undefined ? this.plan(name, request) : undefined;
    const answer = (plan: Entry, request: FastifyRequest, reply: FastifyReply) =>
      this.answer(plan, request, reply);
    return function (request, reply) {
      const plan = planOf(request);
      return plan ? answer(plan, request, reply) : nest.call(this, request, reply);
    };
  }

  private plan(name: string, request: FastifyRequest): Entry | undefined {
    const known = this.plans.get(request.url);
    if (known) return known;
    const read = this.planners.get(name)?.(request);
    if (!read) return undefined;
    const plan = { ...read, revive };
    if (request.url.length <= MOST_PLANNED_CHARACTERS) this.plans.set(request.url, plan);
    return plan;
  }

  /**
   * Sends a response that the process has immediately, because returning a promise or the reply costs more than the
   * look-up.
   * @throws the problem of a resource that does not exist
   */
  private answer(plan: Entry, request: FastifyRequest, reply: FastifyReply): Promise<unknown> | undefined {
    try {
      const held = this.cache.held(plan);
      if (held === undefined) return this.read(plan, request, reply);
      return this.give(held, plan, request, reply);
    } catch (error) {
      return rejected(error as Error);
    }
  }

  private async read(plan: Entry, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    const load = async () => {
      const answer = await plan.load();
      return answer && new PreparedAnswer(answer);
    };
    const answer = await this.cache.read(plan, load, isFleeting).catch((error: unknown) => {
      if (!isPassing(error)) throw error;
      return this.stale(plan, reply, error as Error);
    });
    await this.give(answer, plan, request, reply);
    return reply.sent ? undefined : reply;
  }

  /** A stale 404 would hide what may have been published since. */
  private async stale(plan: Entry, reply: FastifyReply, error: Error): Promise<PreparedAnswer> {
    const answer = await this.cache.stale(plan);
    if (!answer) throw error;
    reply.header('age', answer.ageSeconds);
    return answer;
  }

  /** @returns a promise if the response must be compressed first */
  private give(
    answer: PreparedAnswer | null,
    plan: Entry,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<unknown> | undefined {
    if (answer === null) throw plan.missing?.() ?? new RouteNotFound();
    const tag = heldTag(request.headers, answer.etag, answer.version);
    this.addHeaders(answer, request, reply);
    if (tag !== undefined) return void reply.code(304).header('etag', tag).send();
    reply.header('content-type', answer.type).header('etag', answer.etag);
    const encoding = encodingFor(request.headers['accept-encoding'], answer);
    if (!encoding) return void reply.header('content-length', answer.length).send(answer.text);
    reply.header('content-encoding', encoding);
    const bytes = answer.compressed(encoding);
    if (bytes instanceof Promise) return bytes.then((made) => reply.send(made));
    return void reply.send(bytes); // Fastify waits for a reply that is returned.
  }

  /** The generations confirm cached responses, so only those that cannot be loaded again have an age. */
  private addHeaders(answer: PreparedAnswer, request: FastifyRequest, reply: FastifyReply): void {
    const { nextCursor, modifiedAt } = answer;
    reply.complete = true;
    if (this.cache.isCutOff) reply.header('age', answer.ageSeconds);
    reply.header('cache-control', this.cacheControl).header('vary', VARY_OF_READS);
    if (modifiedAt !== undefined) reply.header('last-modified', httpDate(modifiedAt));
    const links = nextCursor === undefined ? answer.link : pageLinks(request.originalUrl, nextCursor);
    if (links !== undefined) reply.header('link', links);
  }
}

const rejected = (reason: Error) => Promise.reject<never>(reason);
