import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from '../../errors/problem.js';
import { InternalError } from '../../errors/problems.js';
import type { RouteTable } from '../routes/route-table.js';
import { sendProblem } from '../problems/send-problem.js';

/**
 * Whether a path has the method is known before the body is read: what stands there, and of which type, does
 * not matter to a 404 or a 405. OPTIONS is answered here for all routes.
 */
export function addMethodRules(server: FastifyInstance, routes: RouteTable): void {
  // The plugin's route for all OPTIONS is older than Nest's error handler, and has none.
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
  if (isPreflight(request)) return void reply.header('content-length', 0).send(); // some browsers wait for a body else
  const allowed = request.originalUrl === '*' ? routes.allMethods() : routes.methodsOf(request.url);
  if (allowed.length === 0) return done(routes.refusal('OPTIONS', request.url));
  reply.code(204).header('allow', allowed.join(', ')).send();
}

/** Asked by a browser for a script of another origin; the plugin has added the answer's headers. */
const isPreflight = ({ headers }: FastifyRequest) =>
  headers.origin !== undefined && headers['access-control-request-method'] !== undefined;
