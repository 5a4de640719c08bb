import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Problem } from '../../errors/problem.js';
import { type ProblemDocument, problemType } from './problem-catalogue.js';

declare module 'fastify' {
  interface FastifyReply {
    /** The `code` of the problem in the response. */
    problemCode?: string;
  }
}

const MOST_ERRORS = 20;

/** Returns a problem document. `instance` contains only the path, because a query can contain private data. */
export function problemDocument(problem: Problem, path: string, requestId: string): ProblemDocument {
  const { status, code, title } = problem.kind;
  return {
    type: problemType(code),
    title,
    status,
    detail: problem.message,
    instance: (path.split('?', 1)[0] as string).slice(0, 500),
    code,
    requestId,
    operation: problem.operation,
    errors: problem.errors?.slice(0, MOST_ERRORS),
  };
}

export const renderProblem = (problem: Problem, path: string, requestId: string): string =>
  JSON.stringify(problemDocument(problem, path, requestId));

export function sendProblem(reply: FastifyReply, request: FastifyRequest, problem: Problem): void {
  void reply.send(asProblem(problem, request, reply));
}

/** Turns the response into a problem document and returns its body. */
export function asProblem(problem: Problem, request: FastifyRequest, reply: FastifyReply): string {
  if (problem.retryAfter !== undefined) reply.header('retry-after', problem.retryAfter);
  reply.problemCode = problem.kind.code;
  reply
    .code(problem.kind.status)
    .headers(problem.headers)
    .removeHeader('location')
    .header('content-type', 'application/problem+json; charset=utf-8')
    .header('cache-control', 'no-store');
  return renderProblem(problem, request.originalUrl, request.id);
}
