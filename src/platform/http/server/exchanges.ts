import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** A request, and the answer that it gets. */
interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
}

/** Of each connection, those that are not over. */
const open = new WeakMap<Socket, Set<Exchange>>();

/**
 * Requests of one connection that may wait for their answers. Node hands on all that a chunk of 64 KB holds at once,
 * and keeps their answers while nobody reads: ten connections of 1,900 requests each took 250 MB (measured). Clients
 * that pipeline at all send about ten.
 */
const MOST_WAITING = 32;

/**
 * Knows which requests of a connection wait for their answers; stands before Fastify. A connection that has more of
 * them than that is closed, and the requests beyond are carried out no more (RFC 9112 9.3.2).
 */
export function watchExchanges(server: Server): void {
  const handlers = server.listeners('request') as RequestListener[];
  server.removeAllListeners('request');
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const { socket } = request;
    const exchanges = open.get(socket) ?? new Set();
    open.set(socket, exchanges);
    if (socket.destroyed || exchanges.size >= MOST_WAITING) return void socket.destroy();
    const exchange = { request, response };
    exchanges.add(exchange);
    response.once('close', () => exchanges.delete(exchange));
    for (const handle of handlers) handle.call(server, request, response);
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
