import { type ArgumentsHost, Catch, type ExceptionFilter, ServiceUnavailableException } from '@nestjs/common';
import type { FastifyReply } from 'fastify';

/** Failed health checks return the format of Terminus, which probes and operators expect. */
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
