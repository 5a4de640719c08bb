import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** A request, and the answer that it gets. */
interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
}

/** Of each connection, those that are not over. */
const open = new WeakMap<Socket, Set<Exchange>>();

/** Knows which requests of a connection wait for their answers; stands before Fastify. */
export function watchExchanges(server: Server): void {
  server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
    const exchanges = open.get(request.socket) ?? new Set();
    open.set(request.socket, exchanges);
    const exchange = { request, response };
    exchanges.add(exchange);
    response.once('close', () => exchanges.delete(exchange));
  });
}

/**
 * Whole requests that came before a broken one on its connection are answered first (RFC 9112 9.3.2): a client
 * that pipelines would take an answer out of turn for theirs.
 * @returns whether it is this answer's turn now: nothing was said yet to the broken request itself
 */
export async function myTurn(socket: Socket): Promise<boolean> {
  const exchanges = [...(open.get(socket) ?? [])];
  await Promise.all(
    exchanges.filter(({ request }) => request.complete).map(({ response }) => closed(response)),
  );
  return (
    socket.writable && exchanges.every(({ request, response }) => request.complete || !response.headersSent)
  );
}

/** The request whose body is still coming. */
export function unfinishedRequest(socket: Socket): IncomingMessage | undefined {
  for (const { request } of open.get(socket) ?? []) if (!request.complete) return request;
  return undefined;
}

/** Also when it ends by an error: there is nothing to wait for then. */
const closed = (response: ServerResponse) => new Promise((resolve) => response.once('close', resolve));
