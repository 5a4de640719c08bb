import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Moved } from '../../errors/moved.js';

/** Redirects permanently, with the query of the request. */
export function sendMoved(reply: FastifyReply, request: FastifyRequest, { path }: Moved): void {
  const [, query] = request.originalUrl.split(/\?(.*)/s, 2);
  reply
    .code(301)
    .header('location', query ? `${path}?${query}` : path)
    .removeHeader('content-type');
  void reply.send();
}
