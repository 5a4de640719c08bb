import type { FastifyInstance, FastifyReply, FastifyRequest, onSendHookHandler } from 'fastify';
import type { HttpSettings } from '../settings/http.settings.js';
import { heldTag } from './conditions.js';
import { etagOf, type TagVersion } from './entity-tags.js';
import { pageLinks } from './page-links.js';
import { isTagged, versionOf } from './versioned.js';

declare module 'fastify' {
  interface FastifyReply {
    /** The version of the resource, which the response of the handler sets. */
    version?: TagVersion;
    /** True if the response of the handler is a resource whose ETag is the condition of its next change. */
    tagged?: boolean;
    /** The cursor of a list, which is null on its last page. */
    nextCursor?: string | null;
    /** True if PublicReads sent the response, so that its headers are already set. */
    complete?: boolean;
  }
}

const isRead = (request: FastifyRequest) => request.method === 'GET' || request.method === 'HEAD';

/**
 * Adds the headers for HTTP caches to every response of the API: ETag and 304 (RFC 9110), Cache-Control and Vary
 * (RFC 9111), and Link to the neighboring pages (RFC 8288).
 */
export function addRepresentationHeaders(server: FastifyInstance, config: HttpSettings): void {
  const shared = sharedCacheControl(config);

  server.addHook('preSerialization', (_request, reply, payload, done) => {
    const body = payload as { meta?: { nextCursor?: string | null } } | null;
    reply.version = versionOf(payload);
    reply.tagged = reply.version !== undefined || isTagged(payload);
    reply.nextCursor = body?.meta?.nextCursor;
    done(null, payload);
  });

  server.addHook('onSend', (request, reply, payload, done) => {
    if (reply.complete) return done(null, payload);
    const etag =
      typeof payload === 'string' && hasTag(request, reply) ? etagOf(payload, reply.version) : undefined;
    const held = etag && isRead(request) ? meetConditions(request, etag, reply.version) : undefined;
    // The error becomes a problem document, which passes this hook again.
    if (held instanceof Error) return done(held);
    if (isApi(request)) addCacheHeaders(request, reply, shared);
    if (etag) reply.header('etag', held ?? etag);
    if (held === undefined) return done(null, payload);
    reply.code(304).removeHeader('content-type').removeHeader('content-length');
    // Fastify requires a body for the response to HEAD and removes it itself.
    done(null, request.method === 'HEAD' ? payload : null);
  });
}

/**
 * Returns the tag that a read of this view has.
 * @param schema that of the read, for a route whose response with 200 is not the same view
 */
export function tagOf(reply: FastifyReply, view: object, schema?: object): string {
  const copy = { ...view };
  const text = schema ? reply.serializeInput(copy, schema as never) : reply.serializeInput(copy, '200');
  return etagOf(text as string, versionOf(view));
}

const isApi = (request: FastifyRequest) => request.routeOptions.url?.startsWith('/api/') === true;

function addCacheHeaders(request: FastifyRequest, reply: FastifyReply, shared: string): void {
  if (!reply.hasHeader('cache-control')) reply.header('cache-control', cacheControl(request, shared));
  // This uses lower case like the compressing plugin, which would otherwise add its own value.
  if (isRead(request)) addVary(reply, VARY_OF_READS);
  if (reply.nextCursor === undefined || reply.statusCode >= 300) return;
  const links = pageLinks(request.originalUrl, reply.nextCursor);
  if (links !== undefined) reply.header('link', links);
}

/**
 * Tells whether the response has an ETag. These are reads that caches may store, and in the API the resources that a write
 * returns and the next one can name.
 */
function hasTag(request: FastifyRequest, reply: FastifyReply): boolean {
  if (reply.statusCode >= 300) return false;
  if (isRead(request) && reply.getHeader('cache-control') === 'no-store') return false;
  return isApi(request) ? isJson(reply) && (isRead(request) || reply.tagged === true) : isRead(request);
}

/**
 * Returns the tag that the caller already has, or the error of a failed condition. A hook returns errors and does
 * not throw them.
 */
function meetConditions({ headers }: FastifyRequest, etag: string, version: TagVersion | undefined) {
  try {
    return heldTag(headers, etag, version);
  } catch (error) {
    return error as Error;
  }
}

/**
 * A compressed response has other bytes, so its tag is weak (RFC 9110 8.8.1), as a compressing proxy would make it.
 * Call this after the plugin that compresses, because the hooks of a route run in the order in which they were
 * added.
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

/**
 * The Cache-Control header of responses that are the same for everyone. `must-revalidate` forbids what stale-if-error
 * (RFC 5861) permits, so only one of them is sent.
 */
export const sharedCacheControl = ({ PUBLIC_MAX_AGE: maxAge, PUBLIC_STALE_IF_ERROR: stale }: HttpSettings) =>
  `public, max-age=${maxAge}, ${stale > 0 ? `stale-if-error=${stale}` : 'must-revalidate'}`;

export const VARY_OF_READS = 'Authorization, accept-encoding, Origin';

const isJson = (reply: FastifyReply) =>
  String(reply.getHeader('content-type')).startsWith('application/json');

const cacheControl = (request: FastifyRequest, shared: string) =>
  isRead(request) && request.headers.authorization === undefined ? shared : 'private, no-store';

/** Adds the names that other plugins have not already added to Vary. */
export function addVary(reply: FastifyReply, names: string): void {
  const present = String(reply.getHeader('vary') ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean);
  const missing = names
    .split(', ')
    .filter((name) => !present.some((known) => known.toLowerCase() === name.toLowerCase()));
  reply.header('vary', [...present, ...missing].join(', '));
}
