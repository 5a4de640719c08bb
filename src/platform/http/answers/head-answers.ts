import type { FastifyInstance } from 'fastify';

/** The name of Fastify's hook that replaces the body of a response to HEAD by its length. */
const EMPTYING = 'headRouteOnSendHandler';

/**
 * HEAD has the headers of GET (RFC 9110 9.3.2). Fastify removes the body before other hooks can compress it, and the
 * response would then have another encoding, length and tag. Call this after all plugins that change responses.
 */
export function answerHeadLikeGet(server: FastifyInstance): void {
  server.addHook('onRoute', (route) => {
    if (route.method !== 'HEAD') return;
    const hooks = [route.onSend ?? []].flat();
    route.onSend = hooks.toSorted((a, b) => Number(a.name === EMPTYING) - Number(b.name === EMPTYING));
  });
}
