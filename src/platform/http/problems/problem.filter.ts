import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Moved } from '../../errors/moved.js';
import { Problems } from './problems.js';
import { sendMoved } from './send-moved.js';
import { sendProblem } from './send-problem.js';

/** Renders all errors as RFC 9457 problem documents. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly problems: Problems) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    if (error instanceof Moved) return sendMoved(reply, request, error);
    sendProblem(reply, request, this.problems.of(error, request));
  }
}
