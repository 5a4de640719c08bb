import type { IncomingMessage, Server, ServerResponse } from 'node:http';

const DEADLINE_MS = 10_000;

const timers = new WeakMap<IncomingMessage, NodeJS.Timeout>();

/** Sends a response on the socket of a request whose body did not arrive. */
type Refuse = (request: IncomingMessage) => void;

/**
 * Closes the connection of a request whose body has not arrived 10 s after its headers. Node has only one limit for
 * all routes, and files require more time. It runs before Fastify and therefore covers every request.
 */
export function addBodyDeadline(server: Server, refuse: Refuse): void {
  server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
    if (request.headers['content-length'] === undefined && !request.headers['transfer-encoding']) return;
    setDeadline(request, () => (response.headersSent ? request.socket.destroy() : refuse(request)));
    request.once('end', () => clearTimeout(timers.get(request)));
  });
}

/** The caller must limit the time in another way. */
export function liftBodyDeadline(request: IncomingMessage): void {
  clearTimeout(timers.get(request));
}

/** Reads and discards the rest of a rejected body for a limited time, so that the client receives the response. */
export function discardBody(request: IncomingMessage): void {
  setDeadline(request, () => request.socket.destroy());
  request.resume();
}

function setDeadline(request: IncomingMessage, close: () => void): void {
  clearTimeout(timers.get(request));
  const timer = setTimeout(() => {
    if (!request.complete) close();
  }, DEADLINE_MS);
  timers.set(request, timer.unref());
}
