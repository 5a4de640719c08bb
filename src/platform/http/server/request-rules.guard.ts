import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { httpSettings } from '../settings/http.settings.js';
import { ValidationFailed } from '../../errors/request-problems.js';
import { CONDITIONAL, preconditionOf } from '../answers/conditions.js';
import { type KnownParameters, unknownParameter } from '../../lists/parameter-hints.js';

const NONE: KnownParameters = { names: [], instead: new Map() };

/**
 * Checks the requirements of every API route before its handler: no query if the route declares none (the schema
 * checks a declared one), and valid conditions. Routes outside of the API ignore queries, because probes and
 * browsers add their own.
 */
@Injectable()
export class RequestRulesGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    @Inject(httpSettings.KEY) private readonly config: ConfigType<typeof httpSettings>,
  ) {}

  /** @throws ValidationFailed, InvalidIfMatch */
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const unknown = Object.keys(request.query as object);
    if (unknown.length > 0 && isApi(request) && !declaresQuery(context)) {
      throw new ValidationFailed(
        unknown.slice(0, 20).map((path) => ({
          path: path.slice(0, 100),
          code: 'unknown_field',
          message: unknownParameter(path, NONE),
        })),
      );
    }
    if (this.reflector.get<boolean | undefined>(CONDITIONAL, context.getHandler()))
      request.precondition = preconditionOf(request.headers, this.config.REQUIRE_IF_MATCH);
    return true;
  }
}

const isApi = (request: FastifyRequest) => request.routeOptions.url?.startsWith('/api/') === true;

function declaresQuery(context: ExecutionContext): boolean {
  const metadata = (Reflect.getMetadata(ROUTE_ARGS_METADATA, context.getClass(), context.getHandler().name) ??
    {}) as object;
  return Object.keys(metadata).some((key) => key.startsWith(`${RouteParamtypes.QUERY}:`));
}
