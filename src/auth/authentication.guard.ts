import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { PUBLIC, type PublicOptions } from '../platform/http/access.js';
import { SessionsService } from './sessions.service.js';

/** Finds out who calls and keeps it on the request; deciding is AccessGuard's. */
@Injectable()
export class AuthenticationGuard implements CanActivate {
  constructor(
    private readonly sessions: SessionsService,
    private readonly reflector: Reflector,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const header = request.headers.authorization;
    const open = this.reflector.getAllAndOverride<PublicOptions | undefined>(PUBLIC, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (header === undefined || open?.ignoreCredentials) {
      request.caller = { principal: null, invalidToken: false };
      return true;
    }
    const token = /^Bearer +([\w.~+/-]+=*)$/i.exec(header)?.[1];
    const principal = (token && (await this.sessions.findPrincipal(token))) || null;
    request.caller = { principal, invalidToken: !principal };
    return true;
  }
}
