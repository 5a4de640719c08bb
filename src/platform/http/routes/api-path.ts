import type { FastifyReply } from 'fastify';

/** What the paths of the API begin with, except those of controllers that stand at the root. */
export const API_PATH = '/api/v1';

/**
 * Names the resource that a request created (RFC 9110, section 10.2.2).
 * @param path below `API_PATH`
 */
export function setLocation(reply: FastifyReply, path: string): void {
  void reply.header('location', `${API_PATH}/${path}`);
}
