import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { json } from 'node:stream/consumers';
import type { EventBody } from '../../src/webhooks/event-body.js';
import type { Closing } from '../support/closing.ts';

/** What a receiver of webhooks got. It accepts everything. */
export class Arrivals {
  /** The events by their ids, without repeated ones. */
  readonly events = new Map<string, EventBody>();
  /** When each event arrived first, by the id of its resource and its type. */
  readonly at = new Map<string, number>();
  isInOrder = true;
  private readonly versions = new Map<string, number>();

  readonly take: RequestListener = (request, response) => {
    void json(request).then((event) => {
      this.note(event as EventBody);
      response.writeHead(204).end();
    });
  };

  private note(event: EventBody): void {
    if (this.events.has(event.id)) return;
    this.events.set(event.id, event);
    this.at.set(`${event.resource.id} ${event.type}`, performance.now());
    if (event.resource.version < (this.versions.get(event.resource.id) ?? 0)) this.isInOrder = false;
    this.versions.set(event.resource.id, event.resource.version);
  }
}

/** Starts a receiver on this machine. @returns its URL */
export async function listen(listener: RequestListener, closing: Closing, port = 0): Promise<string> {
  const server = createServer(listener).listen(port, '127.0.0.1');
  await once(server, 'listening');
  closing.add(() => void server.closeAllConnections());
  closing.add(() => void server.close());
  return `http://127.0.0.1:${(server.address() as { port: number }).port}/`;
}
