import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Tier } from '../../limits/tier.js';
import type { Id } from '../../schemas/schemas.js';

export const ROLES = ['user', 'author', 'editor', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** Who is calling. */
export interface Principal {
  id: Id;
  role: Role;
  sessionId: Id;
  /** What the requests of these credentials count as, where the route has no tier; a session's count by their method. */
  tier?: Tier;
}

/** What authentication found out about a request, kept on it. */
export interface Caller {
  /** Null: anonymous, or a token that did not hold (then `invalidToken`). */
  principal: Principal | null;
  invalidToken: boolean;
}

declare module 'fastify' {
  interface FastifyRequest {
    caller?: Caller;
  }
}

/** The caller of a closed route; on an open one it may be null: type it `Principal | null`. */
export const CurrentUser = createParamDecorator(
  (_data: unknown, context: ExecutionContext) =>
    context.switchToHttp().getRequest<FastifyRequest>().caller?.principal ?? null,
);
