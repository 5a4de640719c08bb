import { Injectable } from '@nestjs/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Caller, Principal } from './principal.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    ignoresCredentials?: boolean;
  }
}

/** Who an access token stands for; undefined when it does not hold. */
export type Identify = (accessToken: string) => Promise<Principal | undefined>;

const NOBODY: Caller = { principal: null, invalidToken: false };

/**
 * Finds out who calls, for every request and before it is counted, and keeps it
 * on the request; deciding is AccessGuard's. The feature that makes tokens says
 * how they are read.
 */
@Injectable()
export class Callers {
  private identify: Identify = () => Promise.resolve(undefined);

  identifyBy(identify: Identify): void {
    this.identify = identify;
  }

  watch(server: FastifyInstance): void {
    server.addHook('onRequest', (request, _reply, done) => {
      const { authorization } = request.headers;
      if (authorization === undefined || request.routeOptions.config.ignoresCredentials) {
        request.caller = NOBODY;
        return done();
      }
      this.keep(request, authorization).then(() => done(), done);
    });
  }

  private async keep(request: FastifyRequest, authorization: string): Promise<void> {
    const token = /^Bearer +([\w.~+/-]+=*)$/i.exec(authorization)?.[1];
    const principal = (token && (await this.identify(token))) || null;
    request.caller = { principal, invalidToken: !principal };
  }
}
