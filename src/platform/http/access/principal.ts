import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Tier } from '../../limits/tier.js';
import type { Id } from '../../schemas/schemas.js';

export const ROLES = ['user', 'author', 'editor', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** The account that makes a request. */
export interface Principal {
  id: Id;
  role: Role;
  sessionId: Id;
  /** When the credentials expire, in milliseconds since 1970. Absent if they do not, or if they are not those of a request. */
  expiresAt?: number;
  /** The tier of requests with these credentials if the route has none. Without it, the method selects the tier. */
  tier?: Tier;
}

/** The result of authentication, stored in the request. */
export interface Caller {
  /** Null for an anonymous request and for an invalid token (see `invalidToken`). */
  principal: Principal | null;
  invalidToken: boolean;
}

declare module 'fastify' {
  interface FastifyRequest {
    caller?: Caller;
  }
}

/**
 * The caller of a route that requires authentication. On a public route it can be null, so type it as `Principal |
 * null`.
 */
export const CurrentUser = createParamDecorator(
  (_data: unknown, context: ExecutionContext) =>
    context.switchToHttp().getRequest<FastifyRequest>().caller?.principal ?? null,
);
