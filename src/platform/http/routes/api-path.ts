import type { FastifyReply } from 'fastify';

/** The prefix of all paths of the API, except those of controllers at the root. */
export const API_PATH = '/api/v1';

/**
 * Returns the Location of a resource that a request created (RFC 9110, section 10.2.2).
 * @param path below `API_PATH`
 */
export function setLocation(reply: FastifyReply, path: string): void {
  void reply.header('location', `${API_PATH}/${path}`);
}
