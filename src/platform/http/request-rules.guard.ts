import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { Config } from '../config/config.js';
import { PreconditionRequired, ValidationFailed } from '../errors/problems.js';
import { CONDITIONAL } from './conditions.js';

/**
 * What every route wants of a request before its handler: no query where none
 * is declared (a declared one is checked by its schema), and If-Match where
 * REQUIRE_IF_MATCH asks for it.
 */
@Injectable()
export class RequestRulesGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly config: Config,
  ) {}

  /** @throws ValidationFailed, PreconditionRequired */
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const unknown = Object.keys(request.query as object);
    if (unknown.length > 0 && !declaresQuery(context)) {
      throw new ValidationFailed(
        unknown
          .slice(0, 20)
          .map((path) => ({ path: path.slice(0, 100), code: 'unknown_field', message: 'is not known here' })),
      );
    }
    const conditional = this.reflector.get<boolean | undefined>(CONDITIONAL, context.getHandler());
    if (conditional && this.config.REQUIRE_IF_MATCH && request.headers['if-match'] === undefined) {
      throw new PreconditionRequired();
    }
    return true;
  }
}

function declaresQuery(context: ExecutionContext): boolean {
  const metadata = (Reflect.getMetadata(ROUTE_ARGS_METADATA, context.getClass(), context.getHandler().name) ??
    {}) as object;
  return Object.keys(metadata).some((key) => key.startsWith(`${RouteParamtypes.QUERY}:`));
}
