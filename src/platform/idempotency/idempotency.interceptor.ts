import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { claimOf } from './claim.js';
import { IdempotencyService } from './idempotency.service.js';
import { REPLAYABLE, type ReplayableOptions } from './replayable.decorator.js';
import { Replays } from './replays.js';

/**
 * Handles Idempotency-Key for every write with `@Replayable`. A key belongs to a session, so requests without a
 * session cannot use keys.
 */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(
    private readonly idempotency: IdempotencyService,
    private readonly replays: Replays,
    private readonly reflector: Reflector,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler<unknown>): Observable<unknown> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const route = this.reflector.get<ReplayableOptions | undefined>(REPLAYABLE, context.getHandler());
    const by = request.caller?.principal;
    const claim = route && by && claimOf(request, by, this.idempotency.fingerprintSecret);
    if (!claim) return next.handle();
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    const work = async () => {
      const view = await lastValueFrom(next.handle());
      return { view, record: this.replays.record(route.resource, view, reply) };
    };
    return from(
      this.idempotency
        .once(claim, work)
        .then((outcome) => ('view' in outcome ? outcome.view : this.replays.show(outcome.record, by, reply))),
    );
  }
}
