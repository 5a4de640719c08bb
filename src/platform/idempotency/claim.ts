import { createHash, createHmac } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { InvalidIdempotencyKey } from './idempotency.errors.js';

/** A request's key, as the database knows it. */
export interface Claim {
  /** SHA-256 over caller, method, route and key: keys are per caller and route. */
  id: Buffer;
  fingerprint: Buffer;
}

/** An sf-string of RFC 9651; the bare form is what many clients send. */
const KEY = /^(?:"([\x20\x21\x23-\x5b\x5d-\x7e]{1,255})"|([\x21\x23-\x7e]{1,255}))$/;

/**
 * The claim of a request; undefined without the header. The fingerprint is
 * keyed: the body may hold a password.
 * @throws InvalidIdempotencyKey
 */
export function claimOf(request: FastifyRequest, secret: Buffer): Claim | undefined {
  const header = request.headers['idempotency-key'];
  if (header === undefined) return undefined;
  const match = typeof header === 'string' ? KEY.exec(header.trim()) : null;
  const key = match?.[1] ?? match?.[2];
  if (key === undefined) throw new InvalidIdempotencyKey();
  const caller = request.caller?.principal?.id ?? 'anonymous';
  const id = createHash('sha256')
    .update(JSON.stringify([caller, request.method, request.routeOptions.url, key]))
    .digest();
  const payload = JSON.stringify([request.params, request.query, request.body ?? null]);
  return { id, fingerprint: createHmac('sha256', secret).update(payload).digest() };
}
