import type { IncomingMessage, Server, ServerResponse } from 'node:http';

const DEADLINE_MS = 10_000;

const timers = new WeakMap<IncomingMessage, NodeJS.Timeout>();

/** Answers on the socket of a request whose body did not come. */
type Refuse = (request: IncomingMessage) => void;

/**
 * Closes the connection of every request whose body has not arrived 10 s after its headers: Node's own limit
 * is one for all routes, and files need longer. Stands before Fastify, so that no request escapes it.
 */
export function addBodyDeadline(server: Server, refuse: Refuse): void {
  server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
    if (request.headers['content-length'] === undefined && !request.headers['transfer-encoding']) return;
    setDeadline(request, () => (response.headersSent ? request.socket.destroy() : refuse(request)));
    request.once('end', () => clearTimeout(timers.get(request)));
  });
}

/** The caller must limit the time by other means. */
export function liftBodyDeadline(request: IncomingMessage): void {
  clearTimeout(timers.get(request));
}

/** What is left of a refused body is read and thrown away, so that the sender sees the answer, but not for long. */
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
