import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
  SetMetadata,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { etagOf } from '../http/entity-tags.js';
import { versionOf } from '../http/versioned.js';
import { claimOf } from './claim.js';
import { IdempotencyService } from './idempotency.service.js';
import type { RecordedAnswer } from './recorded-answer.js';

const SECRET_ANSWER = 'galley:secret-answer';

/** The answer holds tokens: a record of it is sealed. */
export const SecretAnswer = () => SetMetadata(SECRET_ANSWER, true);

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);
const RECORDED_HEADERS = ['location', 'etag', 'content-type'];

/** Idempotency-Key for every write of the API: one mechanism, and no line of it in any route. */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(
    private readonly idempotency: IdempotencyService,
    private readonly reflector: Reflector,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler<unknown>): Observable<unknown> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    if (SAFE.has(request.method)) return next.handle();
    const claim = claimOf(request, this.idempotency.fingerprintSecret);
    if (!claim) return next.handle();
    const reply = http.getResponse<FastifyReply>();
    const secret = this.reflector.get<boolean | undefined>(SECRET_ANSWER, context.getHandler()) ?? false;
    return from(
      this.idempotency
        .answer(claim, secret, async () => record(await lastValueFrom(next.handle()), reply))
        .then(({ answer, replayed }) => replay(answer, replayed, reply)),
    );
  }
}

/** The answer as it will leave: serialized by the route's view, with its ETag. */
function record(view: unknown, reply: FastifyReply): RecordedAnswer {
  const body = view === undefined || view === null ? null : (reply.serialize(view) as string);
  const version = versionOf(view);
  if (body !== null) reply.header('content-type', 'application/json; charset=utf-8');
  if (body !== null && version !== undefined) reply.header('etag', etagOf(body, version));
  const headers = RECORDED_HEADERS.flatMap((name) => {
    const value = reply.getHeader(name);
    return typeof value === 'string' ? [[name, value]] : [];
  });
  return { status: reply.statusCode, headers: Object.fromEntries(headers) as Record<string, string>, body };
}

function replay(
  { status, headers, body }: RecordedAnswer,
  replayed: boolean,
  reply: FastifyReply,
): string | undefined {
  void reply.code(status).headers(headers);
  if (replayed) void reply.header('idempotency-replayed', 'true');
  return body ?? undefined;
}
