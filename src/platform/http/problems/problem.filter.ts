import {
  type ArgumentsHost,
  Catch,
  type ExceptionFilter,
  HttpException,
  NotFoundException,
} from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Logger } from '../../logging/logger.js';
import { Moved } from '../../errors/moved.js';
import { Problem } from '../../errors/problem.js';
import { InternalError } from '../../errors/server-problems.js';
import { problemOfDatabase } from '../../database/database-problems.js';
import { problemOfFastify } from './fastify-problems.js';
import { sendMoved } from './send-moved.js';
import { sendProblem } from './send-problem.js';
import { RouteTable } from '../routes/route-table.js';

/** Renders all errors as RFC 9457 problem documents. No other code does this. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly routes: RouteTable,
    private readonly logger: Logger,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    if (error instanceof Moved) return sendMoved(reply, request, error);
    const problem = this.problemOf(error, request);
    if (problem.kind.status >= 500) this.report(error, problem, request);
    sendProblem(reply, request, problem);
  }

  private problemOf(error: unknown, request: FastifyRequest): Problem {
    if (error instanceof Problem) return error;
    if (error instanceof NotFoundException) return this.routes.refusal(request.method, request.url);
    return problemOfFastify(error) ?? problemOfDatabase(error) ?? new InternalError();
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
