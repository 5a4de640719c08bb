import { Injectable } from '@nestjs/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Caller, Principal } from './principal.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    ignoresCredentials?: boolean;
  }
}

/** Returns the caller of an access token, or undefined if the token is invalid. */
export type Identify = (accessToken: string) => Promise<Principal | undefined>;

const NOBODY: Caller = { principal: null, invalidToken: false };

/**
 * Identifies the caller of every request before the request is counted, and stores the result in the request.
 * AccessGuard makes the decision. The feature that creates tokens provides the function that reads them.
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
