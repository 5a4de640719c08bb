import type { FastifyInstance, FastifyRequest } from 'fastify';
import { actingAs, type Origin } from '../../origin/origin.js';
import { networkOf } from './network.js';

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/** The handler of each write acts on behalf of its request. The hook runs after the body was read, which loses it. */
export function addOrigins(server: FastifyInstance): void {
  server.addHook('preHandler', (request, _reply, done) => {
    if (SAFE.has(request.method)) return done();
    actingAs(originOf(request), done);
  });
}

function originOf({ caller, ip, id }: FastifyRequest): Origin {
  const from = { network: networkOf(ip) || undefined, requestId: id };
  const principal = caller?.principal;
  if (!principal) return { via: 'anonymous', ...from };
  return { via: 'session', accountId: principal.id, credentialId: principal.sessionId, ...from };
}
