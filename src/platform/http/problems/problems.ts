import { HttpException, Injectable, NotFoundException } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { problemOfDatabase } from '../../database/database-problems.js';
import { Problem } from '../../errors/problem.js';
import { InternalError } from '../../errors/server-problems.js';
import { Logger } from '../../logging/logger.js';
import { RouteTable } from '../routes/route-table.js';
import { problemOfFastify } from './fastify-problems.js';

/** Knows the problem of each error, and logs those of the server. */
@Injectable()
export class Problems {
  constructor(
    private readonly routes: RouteTable,
    private readonly logger: Logger,
  ) {}

  of(error: unknown, request: FastifyRequest): Problem {
    const problem = this.problemOf(error, request);
    if (problem.kind.status >= 500) this.report(error, problem, request);
    return problem;
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
