import { createHash, createHmac } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { configure } from 'safe-stable-stringify';
import type { Principal } from '../http/access/principal.js';
import { IDEMPOTENCY_KEY } from '../http/contract/request-headers.js';
import { InvalidIdempotencyKey } from '../errors/idempotency-problems.js';

/** The key of a request, as the database stores it. */
export interface Claim {
  /** The SHA-256 of session, method, route and key, because keys are per session and route. */
  id: Buffer;
  fingerprint: Buffer;
}

/** JSON with sorted keys. Valid bodies have fewer levels; deeper values are not compared. */
const inOrder = configure({ deterministic: true, maximumDepth: 100 });

/**
 * Returns the claim of a request, or undefined without the header. The fingerprint covers path, query and body,
 * which define the operation. It does not cover If-Match, which only defines when the operation is permitted. It is
 * a keyed hash, because a body could be guessed.
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
