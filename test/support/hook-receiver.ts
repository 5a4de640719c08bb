import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { EventBody } from '../../src/webhooks/event-body.js';
import { Receiver } from './receiver.js';

/** A request that the receiver got. */
export interface Received {
  headers: IncomingHttpHeaders;
  text: string;
  event: EventBody;
  path: string;
}

type Answering = (response: ServerResponse, received: Received) => void;

export const accept: Answering = (response) => void response.writeHead(204).end();

/** A receiver of webhooks, which keeps what it got. A test can change how it answers. */
export class HookReceiver {
  readonly received: Received[] = [];
  answer: Answering = accept;
  private server?: Receiver;

  static async start(answer: Answering = accept, port = 0): Promise<HookReceiver> {
    const it = new HookReceiver();
    it.answer = answer;
    it.server = await Receiver.start(
      (request, response) => void it.handle(request, response),
      '127.0.0.1',
      port,
    );
    return it;
  }

  get port(): number {
    return (this.server as Receiver).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/hook`;
  }

  /** The events that it got, without repeated ones. */
  get events(): EventBody[] {
    return [...new Map(this.received.map(({ event }) => [event.id, event])).values()];
  }

  stop(): Promise<void> {
    return (this.server as Receiver).stop();
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request).catch(() => undefined);
    if (body === undefined) return;
    const event = JSON.parse(body) as EventBody;
    const received = { headers: request.headers, text: body, event, path: request.url as string };
    this.received.push(received);
    this.answer(response, received);
  }
}
