import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from '../../errors/problem.js';
import { InternalError } from '../../errors/server-problems.js';
import { ACCEPT_PATCH } from '../bodies/media-types.js';
import type { RouteTable } from '../routes/route-table.js';
import { sendProblem } from '../problems/send-problem.js';

/**
 * Checks the path and the method before the body is read, because the body does not matter for a 404 or a 405. It
 * answers OPTIONS for all routes.
 */
export function addMethodRules(server: FastifyInstance, routes: RouteTable): void {
  // The plugin adds its route for OPTIONS before Nest sets its error handler, so this route has none.
  server.addHook('onRoute', (route) => {
    if (route.method === 'OPTIONS' && route.url === '*') route.errorHandler = refuse;
  });
  server.addHook('onRequest', (request, reply, done) => {
    if (request.method === 'OPTIONS') return answerOptions(request, reply, routes, done);
    done(request.is404 ? routes.refusal(request.method, request.url) : undefined);
  });
}

const refuse = (error: Error, request: FastifyRequest, reply: FastifyReply) =>
  sendProblem(reply, request, error instanceof Problem ? error : new InternalError());

function answerOptions(
  request: FastifyRequest,
  reply: FastifyReply,
  routes: RouteTable,
  done: (refusal: Error) => void,
): void {
  // Some browsers would otherwise wait for a body.
  if (isPreflight(request)) return void reply.header('content-length', 0).send();
  const allowed = request.originalUrl === '*' ? routes.allMethods() : routes.methodsOf(request.url);
  if (allowed.length === 0) return done(routes.refusal('OPTIONS', request.url));
  if (allowed.includes('PATCH')) reply.header('accept-patch', ACCEPT_PATCH); // RFC 5789 3.1
  reply.code(204).header('allow', allowed.join(', ')).send();
}

/** A browser sends this request for a script of another origin. The plugin has added the headers of the response. */
const isPreflight = ({ headers }: FastifyRequest) =>
  headers.origin !== undefined && headers['access-control-request-method'] !== undefined;
