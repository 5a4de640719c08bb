import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** A request and its response. */
interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
}

/** The requests of each connection that are not complete. */
const open = new WeakMap<Socket, Set<Exchange>>();

/**
 * The maximum number of requests of one connection that wait for their responses. Node passes on all requests in a
 * chunk of 64 KB and keeps their responses while the client does not read: ten connections with 1,900 requests each
 * required 250 MB (measured). Clients that use pipelining send about ten.
 */
const MOST_WAITING = 32;

/**
 * Tracks which requests of a connection wait for their responses. It runs before Fastify. A connection with too
 * many of them is closed, and further requests are not executed (RFC 9112 9.3.2).
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
 * Complete requests that arrived before a malformed one on the same connection are answered first (RFC 9112 9.3.2).
 * A client that uses pipelining would otherwise assign the error to another request.
 * @returns whether the error can be sent now and the malformed request has no response yet
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

/** Returns the request whose body is still being received. */
export function unfinishedRequest(socket: Socket): IncomingMessage | undefined {
  for (const { request } of open.get(socket) ?? []) if (!request.complete) return request;
  return undefined;
}

/** The response can also end with an error, after which there is nothing to wait for. */
const closed = (response: ServerResponse) => new Promise((resolve) => response.once('close', resolve));
