import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { NotAllowed, NotSignedIn } from '../../errors/caller-problems.js';
import { refusedCredentials } from './refused-credentials.js';
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
    const { caller, headers } = context.switchToHttp().getRequest<FastifyRequest>();
    const isPublic =
      this.reflector.getAllAndOverride<PublicOptions | undefined>(PUBLIC, targets) !== undefined;
    if (caller?.invalidToken) throw refusedCredentials(headers.authorization ?? '', isPublic);
    if (isPublic) return true;
    if (!caller?.principal) throw new NotSignedIn();
    const permission = this.reflector.getAllAndOverride<Permission | undefined>(ALLOW, targets);
    if (!permission || !may(caller.principal, permission)) throw new NotAllowed();
    return true;
  }
}
