import { get, type IncomingMessage } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

const MOST_PAUSE_MS = 1000;

/** A client of the stream of events that connects again until it is told to leave, to another server each time. */
export class StreamClient {
  /** The ids of the events, in the order in which they arrived. */
  readonly events: string[] = [];
  /** The cursor of the first connection. */
  start: string | undefined;
  cursor: string | undefined;
  connections = 0;
  refused = 0;
  isConnected = false;
  private readonly urls: string[];
  private readonly token: string;
  private left = false;
  private response: IncomingMessage | undefined;
  private readonly following: Promise<void>;

  constructor(urls: string[], token: string, first: number) {
    this.urls = urls;
    this.token = token;
    this.following = this.follow(first);
  }

  async leave(): Promise<void> {
    this.left = true;
    this.response?.destroy();
    await this.following;
  }

  private async follow(first: number): Promise<void> {
    for (let n = first; !this.left; n++) {
      await this.connect(this.urls[n % this.urls.length] as string).catch(() => undefined);
      this.isConnected = false;
      if (!this.left) await delay(Math.random() * MOST_PAUSE_MS);
    }
  }

  /** Ends with the connection. */
  private connect(url: string): Promise<void> {
    const headers = {
      authorization: `Bearer ${this.token}`,
      ...(this.cursor && { 'last-event-id': this.cursor }),
    };
    return new Promise((resolve, reject) => {
      const request = get(`${url}/api/v1/events`, { headers, agent: false }, (response) => {
        response.once('close', resolve).once('error', reject);
        if (response.statusCode !== 200) {
          this.refused++;
          return void response.resume();
        }
        this.connections++;
        this.read(response);
      });
      request.once('error', reject);
    });
  }

  private read(response: IncomingMessage): void {
    this.response = response;
    this.isConnected = true;
    let rest = '';
    response.setEncoding('utf8').on('data', (part: string) => {
      const messages = (rest + part).split('\n\n');
      rest = messages.pop() ?? '';
      for (const message of messages) this.take(message);
    });
  }

  private take(message: string): void {
    const id = /^id: (.*)$/m.exec(message)?.[1];
    const event = /^data: \{"id":"([^"]*)"/m.exec(message)?.[1];
    if (event !== undefined) this.events.push(event);
    if (id === undefined) return;
    this.cursor = id;
    this.start ??= id;
  }
}
