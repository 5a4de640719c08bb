import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { InvalidToken, NotAllowed, NotSignedIn } from '../../errors/problems.js';
import { ALLOW, may, type Permission, PUBLIC, type PublicOptions } from './access.js';

/**
 * Checks the permission of the route before any resource is read. A route without a declaration rejects all
 * callers.
 */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  /** @throws InvalidToken, NotSignedIn, NotAllowed */
  canActivate(context: ExecutionContext): boolean {
    const targets = [context.getHandler(), context.getClass()];
    const caller = context.switchToHttp().getRequest<FastifyRequest>().caller;
    if (caller?.invalidToken) throw new InvalidToken();
    if (this.reflector.getAllAndOverride<PublicOptions | undefined>(PUBLIC, targets)) return true;
    if (!caller?.principal) throw new NotSignedIn();
    const permission = this.reflector.getAllAndOverride<Permission | undefined>(ALLOW, targets);
    if (!permission || !may(caller.principal, permission)) throw new NotAllowed();
    return true;
  }
}
