import type { FastifyInstance, FastifyReply, FastifyRequest, onSendHookHandler } from 'fastify';
import { Config } from '../config/config.js';
import { etagOf, matchingTag } from './conditions.js';
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
export function addRepresentationHeaders(server: FastifyInstance, config: Config): void {
  const shared = sharedCacheControl(config);

  server.addHook('preSerialization', (_request, reply, payload, done) => {
    const body = payload as { meta?: { nextCursor?: string | null } } | null;
    reply.version = versionOf(payload);
    reply.nextCursor = body?.meta?.nextCursor;
    done(null, payload);
  });

  server.addHook('onSend', (request, reply, payload, done) => {
    if (reply.complete) return done(null, payload);
    if (!request.routeOptions.url?.startsWith('/api/')) return done(null, payload);
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', cacheControl(request, shared));
    // In lower case as the compressing plugin spells it, which else adds its own.
    if (isRead(request)) addVary(reply, VARY_OF_READS);
    const links =
      reply.nextCursor === undefined ? undefined : pageLinks(request.originalUrl, reply.nextCursor);
    if (links !== undefined) reply.header('link', links);
    if (typeof payload !== 'string' || reply.statusCode >= 300 || !isJson(reply)) return done(null, payload);
    if (!isRead(request) && reply.version === undefined) return done(null, payload);
    const etag = etagOf(payload, reply.version);
    reply.header('etag', etag);
    const known = request.headers['if-none-match'];
    const held = isRead(request) && known !== undefined ? matchingTag(known, etag) : undefined;
    if (held === undefined) return done(null, payload);
    reply.code(304).header('etag', held).removeHeader('content-type').removeHeader('content-length');
    // Fastify takes the body off a HEAD by itself, and wants one.
    done(null, request.method === 'HEAD' ? payload : null);
  });
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
export const sharedCacheControl = (config: Config) =>
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
