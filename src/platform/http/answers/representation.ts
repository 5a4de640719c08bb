import type { FastifyInstance, FastifyReply, FastifyRequest, onSendHookHandler } from 'fastify';
import type { HttpSettings } from '../settings/http.settings.js';
import { heldTag } from './conditions.js';
import { etagOf } from './entity-tags.js';
import { pageLinks } from './page-links.js';
import { versionOf } from './versioned.js';

declare module 'fastify' {
  interface FastifyReply {
    /** What a GET of this address depends on; set by the handler's answer. */
    version?: number;
    /** Of a list: null on its last page. */
    nextCursor?: string | null;
    /** Its headers are set already: it was answered by PublicReads. */
    complete?: boolean;
  }
}

const isRead = (request: FastifyRequest) => request.method === 'GET' || request.method === 'HEAD';

/**
 * What every answer of the API owes to HTTP caches: ETag and 304 (RFC 9110),
 * Cache-Control and Vary (RFC 9111), Link to the pages beside this one (RFC 8288).
 */
export function addRepresentationHeaders(server: FastifyInstance, config: HttpSettings): void {
  const shared = sharedCacheControl(config);

  server.addHook('preSerialization', (_request, reply, payload, done) => {
    const body = payload as { meta?: { nextCursor?: string | null } } | null;
    reply.version = versionOf(payload);
    reply.nextCursor = body?.meta?.nextCursor;
    done(null, payload);
  });

  server.addHook('onSend', (request, reply, payload, done) => {
    if (reply.complete) return done(null, payload);
    const etag =
      typeof payload === 'string' && isTagged(request, reply) ? etagOf(payload, reply.version) : undefined;
    const held = etag && isRead(request) ? meetConditions(request, etag, reply.version) : undefined;
    if (held instanceof Error) return done(held); // becomes a problem, which comes here again
    if (isApi(request)) addCacheHeaders(request, reply, shared);
    if (etag) reply.header('etag', held ?? etag);
    if (held === undefined) return done(null, payload);
    reply.code(304).removeHeader('content-type').removeHeader('content-length');
    // Fastify removes the body of a HEAD response itself, and requires a body.
    done(null, request.method === 'HEAD' ? payload : null);
  });
}

const isApi = (request: FastifyRequest) => request.routeOptions.url?.startsWith('/api/') === true;

function addCacheHeaders(request: FastifyRequest, reply: FastifyReply, shared: string): void {
  if (!reply.hasHeader('cache-control')) reply.header('cache-control', cacheControl(request, shared));
  // In lower case as the compressing plugin spells it, which else adds its own.
  if (isRead(request)) addVary(reply, VARY_OF_READS);
  if (reply.nextCursor === undefined || reply.statusCode >= 300) return;
  const links = pageLinks(request.originalUrl, reply.nextCursor);
  if (links !== undefined) reply.header('link', links);
}

/** Of the API what is read and what has a version; beside it (the docs) what may be kept. */
function isTagged(request: FastifyRequest, reply: FastifyReply): boolean {
  if (reply.statusCode >= 300) return false;
  if (!isApi(request)) return isRead(request) && reply.getHeader('cache-control') !== 'no-store';
  return isJson(reply) && (isRead(request) || reply.version !== undefined);
}

/** The tag that the caller holds, or why the condition refuses the answer: an error of a hook is given, not thrown. */
function meetConditions({ headers }: FastifyRequest, etag: string, version: number | undefined) {
  try {
    return heldTag(headers, etag, version);
  } catch (error) {
    return error as Error;
  }
}

/**
 * A compressed answer has other bytes, so its tag is a weak one (RFC 9110
 * 8.8.1), as a compressing proxy would make it. Call it after the plugin that
 * compresses: hooks of a route run in the order in which they were added.
 */
export function weakenCompressedTags(server: FastifyInstance): void {
  server.addHook('onRoute', (route) => {
    const weaken: onSendHookHandler = (_request, reply, payload, done) => {
      const etag = reply.getHeader('etag');
      if (typeof etag === 'string' && etag.startsWith('"') && reply.hasHeader('content-encoding')) {
        reply.header('etag', `W/${etag}`);
      }
      done(null, payload);
    };
    route.onSend = [...[route.onSend ?? []].flat(), weaken];
  });
}

/** Of what is the same for everyone. */
export const sharedCacheControl = (config: HttpSettings) =>
  `public, max-age=${config.PUBLIC_MAX_AGE}, must-revalidate`;

export const VARY_OF_READS = 'Authorization, accept-encoding, Origin';

const isJson = (reply: FastifyReply) =>
  String(reply.getHeader('content-type')).startsWith('application/json');

const cacheControl = (request: FastifyRequest, shared: string) =>
  isRead(request) && request.headers.authorization === undefined ? shared : 'private, no-store';

/** Adds to Vary what other plugins have not said already. */
function addVary(reply: FastifyReply, names: string): void {
  const present = String(reply.getHeader('vary') ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean);
  const missing = names
    .split(', ')
    .filter((name) => !present.some((known) => known.toLowerCase() === name.toLowerCase()));
  reply.header('vary', [...present, ...missing].join(', '));
}
