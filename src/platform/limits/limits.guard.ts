import { type ExecutionContext, Injectable } from '@nestjs/common';
import { ThrottlerGuard, type ThrottlerLimitDetail, type ThrottlerRequest } from '@nestjs/throttler';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { TooManyRequests } from '../errors/problems.js';
import { addressKey } from './limits.js';
import { type Tier, TIER } from './tier.js';

/** What a request counts as, by the table of tiers. */
export function tierOf(context: ExecutionContext, declared: Tier | undefined): Tier {
  if (declared) return declared;
  const { method } = context.switchToHttp().getRequest<FastifyRequest>();
  return method === 'GET' || method === 'HEAD' ? 'read' : 'write';
}

/**
 * Counts a request in exactly one tier: per account when signed in, else per
 * address. The headers are those of draft-ietf-httpapi-ratelimit-headers-11.
 */
@Injectable()
export class LimitsGuard extends ThrottlerGuard {
  protected override async handleRequest(props: ThrottlerRequest): Promise<boolean> {
    const { context, limit, ttl, throttler } = props;
    const declared = this.reflector.getAllAndOverride<Tier | undefined>(TIER, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (tierOf(context, declared) !== throttler.name) return true;
    const { req, res } = this.getRequestResponse(context) as { req: FastifyRequest; res: FastifyReply };
    const name = throttler.name;
    const principal = req.caller?.principal;
    const tracker = principal && name !== 'register' ? `user:${principal.id}` : addressKey(req.ip);
    const count = await this.storageService.increment(`${name}:${tracker}`, ttl, limit, ttl, name);
    res.header('ratelimit-policy', `"${name}";q=${limit};w=${Math.ceil(ttl / 1000)}`);
    res.header('ratelimit', `"${name}";r=${Math.max(0, limit - count.totalHits)};t=${count.timeToExpire}`);
    if (count.isBlocked)
      await this.throwThrottlingException(context, { ...count, limit, ttl, key: name, tracker });
    return true;
  }

  protected override throwThrottlingException(
    _context: ExecutionContext,
    detail: ThrottlerLimitDetail,
  ): Promise<void> {
    return Promise.reject(new TooManyRequests(detail.timeToExpire));
  }
}
