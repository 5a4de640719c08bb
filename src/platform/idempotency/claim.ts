import { createHash, createHmac } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { configure } from 'safe-stable-stringify';
import type { Principal } from '../http/access/principal.js';
import { IDEMPOTENCY_KEY } from '../http/contract/request-headers.js';
import { InvalidIdempotencyKey } from '../errors/idempotency-problems.js';

/** A request's key, as the database knows it. */
export interface Claim {
  /** SHA-256 over session, method, route and key: keys are per session and route. */
  id: Buffer;
  fingerprint: Buffer;
}

/** JSON whose keys are in order. No body that is valid anywhere is nested as deep: what lies below is not compared. */
const inOrder = configure({ deterministic: true, maximumDepth: 100 });

/**
 * The claim of a request; undefined without the header. The fingerprint is over
 * path, query and body: what is asked for, and not over If-Match, which says when
 * it may be done and is not asked again. It is keyed: a body may be guessed.
 * @throws InvalidIdempotencyKey
 */
export function claimOf(request: FastifyRequest, by: Principal, secret: Buffer): Claim | undefined {
  const header = request.headers['idempotency-key'];
  if (header === undefined) return undefined;
  const match = typeof header === 'string' ? IDEMPOTENCY_KEY.exec(header.trim()) : null;
  const key = match?.[1] ?? match?.[2];
  if (key === undefined) throw new InvalidIdempotencyKey();
  const id = createHash('sha256')
    .update(JSON.stringify([by.id, by.sessionId, request.method, request.routeOptions.url, key]))
    .digest();
  const payload = inOrder([request.params, request.query, request.body ?? null]);
  return { id, fingerprint: createHmac('sha256', secret).update(payload).digest() };
}
