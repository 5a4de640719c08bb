import { type ArgumentsHost, Catch, type ExceptionFilter, ServiceUnavailableException } from '@nestjs/common';
import type { FastifyReply } from 'fastify';

/** Health routes answer a failed check in Terminus' own shape, which probes and people expect there. */
@Catch(ServiceUnavailableException)
export class TerminusShapeFilter implements ExceptionFilter {
  catch(error: ServiceUnavailableException, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    void reply
      .code(503)
      .header('retry-after', 1)
      .header('cache-control', 'no-store')
      .send(error.getResponse());
  }
}
