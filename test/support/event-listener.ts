import { streamFaults } from './contract.js';
import { until } from './until.js';

export interface ReceivedEvent {
  /** The cursor. */
  id: string;
  event: string;
  data: any;
}

interface Listening {
  lastEventId?: string;
  query?: string;
}

/** A client of the stream of events. Every event is checked against openapi.json. */
export class EventListener {
  readonly events: ReceivedEvent[] = [];
  readonly comments: string[] = [];
  /** The last `id` that it has received, also that of a heartbeat. */
  lastEventId: string | undefined;
  retryMs: number | undefined;
  /** The number of messages without data. */
  beats = 0;
  /** `whole` after the end of the stream, otherwise the connection broke. */
  ended: 'whole' | 'broken' | undefined;
  readonly headers: Headers;
  private readonly leaving: AbortController;

  private constructor({ headers, body }: Response, leaving: AbortController) {
    this.headers = headers;
    this.leaving = leaving;
    void this.read(body as ReadableStream<Uint8Array>);
  }

  static async connect(
    url: string,
    token: string,
    { lastEventId, query = '' }: Listening = {},
  ): Promise<EventListener> {
    const leaving = new AbortController();
    const response = await fetch(`${url}/api/v1/events${query}`, {
      headers: {
        authorization: `Bearer ${token}`,
        accept: 'text/event-stream',
        ...(lastEventId && { 'last-event-id': lastEventId }),
      },
      signal: leaving.signal,
    });
    if (response.status !== 200) throw new Error(`${response.status}: ${await response.text()}`);
    const listener = new EventListener(response, leaving);
    await until(() => listener.lastEventId !== undefined || listener.ended);
    return listener;
  }

  get types(): string[] {
    return this.events.map(({ event }) => event);
  }

  leave(): void {
    this.leaving.abort();
  }

  private async read(body: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    let rest = '';
    try {
      for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
        const messages = (rest + decoder.decode(chunk, { stream: true })).split('\n\n');
        rest = messages.pop() as string;
        for (const message of messages) this.take(message);
      }
      this.ended = 'whole';
    } catch {
      this.ended = 'broken';
    }
  }

  private take(message: string): void {
    const fields = new Map<string, string>();
    for (const line of message.split('\n')) {
      const [, name = '', value = ''] = /^([^:]*): (.*)$/.exec(line) ?? [];
      if (name === '') this.comments.push(value);
      else fields.set(name, value);
    }
    const [id, retry, event, data] = ['id', 'retry', 'event', 'data'].map((name) => fields.get(name));
    this.lastEventId = id ?? this.lastEventId;
    this.retryMs = retry === undefined ? this.retryMs : Number(retry);
    if (data === undefined) this.beats += id === undefined ? 0 : 1;
    else this.keep({ id: id as string, event: event as string, data: JSON.parse(data) });
  }

  private keep(received: ReceivedEvent): void {
    const faults = streamFaults('/api/v1/events', received.data);
    if (faults.length > 0) throw new Error(`an event breaks openapi.json: ${faults.join('; ')}`);
    this.events.push(received);
  }
}
