import {
  type ArgumentsHost,
  Catch,
  type ExceptionFilter,
  HttpException,
  NotFoundException,
} from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Config } from '../config/config.js';
import { addressKey, Limits } from '../limits/limits.js';
import { Logger } from '../logging/logger.js';
import { Problem } from '../errors/problem.js';
import { InternalError } from '../errors/problems.js';
import { problemOfDatabase } from '../database/database-problems.js';
import { problemOfFastify } from './fastify-problems.js';
import { sendProblem } from './send-problem.js';
import { RouteTable } from './route-table.js';

/** Renders every error of the process as an RFC 9457 problem document; the only place that does. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly routes: RouteTable,
    private readonly logger: Logger,
    private readonly limits: Limits,
    private readonly config: Config,
  ) {}

  async catch(error: unknown, host: ArgumentsHost): Promise<void> {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const problem = await this.counted(this.problemOf(error, request), request, reply);
    if (problem.kind.status >= 500) this.report(error, problem, request);
    sendProblem(reply, request, problem);
  }

  private problemOf(error: unknown, request: FastifyRequest): Problem {
    if (error instanceof Problem) return error;
    if (error instanceof NotFoundException) return this.routes.refusal(request.method, request.url);
    return problemOfFastify(error) ?? problemOfDatabase(error) ?? new InternalError();
  }

  /** What is refused before the guards (a broken body, an unknown path) was counted by none of them. What is our fault counts for nobody. */
  private async counted(problem: Problem, request: FastifyRequest, reply: FastifyReply): Promise<Problem> {
    if (request.caller || problem.kind.status >= 500 || !request.url.startsWith('/api/')) return problem;
    const reads = request.method === 'GET' || request.method === 'HEAD';
    const max = reads ? this.config.RATE_LIMIT_MAX : this.config.RATE_LIMIT_WRITE_MAX;
    try {
      await this.limits.count({ name: reads ? 'read' : 'write', key: addressKey(request.ip), max }, reply);
      return problem;
    } catch (refusal) {
      return refusal as Problem;
    }
  }

  private report(error: unknown, problem: Problem, request: FastifyRequest): void {
    const facts = { requestId: request.id, code: problem.kind.code, route: request.routeOptions.url };
    if (problem instanceof InternalError || error instanceof HttpException) {
      this.logger.error({ ...facts, err: error }, 'request failed');
    } else {
      this.logger.warn(
        { ...facts, reason: error instanceof Error ? error.message : undefined },
        'request refused',
      );
    }
  }
}
