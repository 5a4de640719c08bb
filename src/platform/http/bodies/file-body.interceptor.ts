import type { IncomingMessage } from 'node:http';
import {
  type CallHandler,
  type ExecutionContext,
  Inject,
  Injectable,
  type NestInterceptor,
} from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import type { FastifyRequest } from 'fastify';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { httpSettings } from '../settings/http.settings.js';
import { FileTooLarge, UploadTooSlow } from '../../errors/body-problems.js';
import { MalformedRequest } from '../../errors/request-problems.js';
import { discardBody, liftBodyDeadline } from './body-deadline.js';
import { leastRate } from './least-rate.js';
import { SpooledFile } from './spooled-file.js';

/**
 * Stores the file of a route with `@FileBody`, after the guards and before everything else. Callers without
 * permission therefore write nothing to the disk, and no transaction waits for a slow client.
 */
@Injectable()
export class FileBodyInterceptor implements NestInterceptor {
  constructor(@Inject(httpSettings.KEY) private readonly config: ConfigType<typeof httpSettings>) {}

  intercept(context: ExecutionContext, next: CallHandler<unknown>): Observable<unknown> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const options = request.routeOptions.config.file;
    return options ? from(this.handle(request, options.otherwise, next)) : next.handle();
  }

  private async handle(request: FastifyRequest, otherwise: string, next: CallHandler<unknown>) {
    const file = await SpooledFile.create();
    try {
      await this.receive(request.raw, file, otherwise);
      request.body = file;
      return await lastValueFrom(next.handle());
    } finally {
      await file.close();
    }
  }

  /** @throws FileTooLarge, UploadTooSlow, NoRoomForFile, MalformedRequest if the client closes the connection */
  private async receive(request: IncomingMessage, file: SpooledFile, otherwise: string): Promise<void> {
    const tooLarge = () => new FileTooLarge(this.config.UPLOAD_MAX_SIZE, otherwise);
    liftBodyDeadline(request);
    const rate = leastRate(() => file.size, new UploadTooSlow());
    const copy = async () => {
      if (Number(request.headers['content-length'] ?? 0) > this.config.UPLOAD_MAX_SIZE) throw tooLarge();
      for await (const chunk of request.iterator({ destroyOnReturn: false })) {
        if (file.size + (chunk as Buffer).length > this.config.UPLOAD_MAX_SIZE) throw tooLarge();
        await file.append(chunk as Buffer);
      }
      file.seal();
    };
    const copying = copy();
    try {
      await Promise.race([copying, rate.broken]);
    } catch (error) {
      copying.catch(() => undefined); // The loop can still wait for a chunk.
      discardBody(request);
      throw request.destroyed
        ? new MalformedRequest('The connection closed before the whole file arrived. Send the file again.')
        : error;
    } finally {
      rate.stop();
    }
  }
}
