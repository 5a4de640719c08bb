/**
 * A closed loop over keep-alive connections: each connection sends its next
 * request when it has received the response to the last one. It reads HTTP/1.1
 * from plain sockets, because a full client would use more of the two cores
 * than the server that is measured.
 */
import { createConnection, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** The load replaces this with a number that it sends only once. */
export const SERIAL = '########';
const END_OF_HEAD = Buffer.from('\r\n\r\n');

/** What one run sends, and for how many seconds. */
export interface LoadOptions {
  port: number;
  connections: number;
  /** Complete HTTP/1.1 requests, which are sent in turn. They can contain SERIAL once. */
  requests: string[];
  seconds: number;
}

/** Times in ms. */
export interface LoadResult {
  count: number;
  perSecond: number;
  p50: number;
  p95: number;
  p99: number;
  errors: number;
  /** The number of responses by status, except 2xx. */
  refused: Record<string, number>;
}

class Connection {
  private readonly load: Load;
  private readonly socket: Socket;
  private chunks: Buffer | null = null;
  private wanted = 0;
  private status = 0;
  private sentAt = 0;
  private ended = false;

  constructor(load: Load) {
    this.load = load;
    this.socket = createConnection({ host: '127.0.0.1', port: load.port, noDelay: true });
  }

  open(): void {
    this.socket.on('connect', () => this.send());
    this.socket.on('data', (chunk) => this.take(chunk));
    this.socket.on('error', () => this.fail());
    this.socket.on('close', () => this.fail());
  }

  private send(): void {
    if (this.load.over) return this.end();
    this.sentAt = performance.now();
    this.chunks = null;
    this.wanted = 0;
    this.socket.write(this.load.nextRequest());
  }

  private take(chunk: Buffer): void {
    const bytes = this.chunks ? Buffer.concat([this.chunks, chunk]) : chunk;
    if (this.wanted === 0) {
      const head = bytes.indexOf(END_OF_HEAD);
      if (head === -1) return void (this.chunks = bytes);
      const text = bytes.toString('latin1', 0, head);
      const length = /\r\ncontent-length: *(\d+)/i.exec(text);
      if (!length) throw new Error(`an answer without Content-Length: ${text}`);
      this.status = Number(text.slice(9, 12));
      this.wanted = head + 4 + Number(length[1]);
    }
    if (bytes.length < this.wanted) return void (this.chunks = bytes);
    this.load.record(this.status, performance.now() - this.sentAt);
    this.send();
  }

  private fail(): void {
    if (this.ended) return;
    this.ended = true;
    if (!this.load.over) this.load.errors++;
    this.load.closed();
  }

  private end(): void {
    this.ended = true;
    this.socket.destroy();
    this.load.closed();
  }
}

interface Request {
  bytes: Buffer;
  /** The position of SERIAL; -1 if the request does not contain it. */
  serialAt: number;
}

export class Load {
  readonly port: number;
  private open: number;
  private readonly requests: Request[];
  private serial = Date.now() % 1e8;
  private next = 0;
  over = false;
  errors = 0;
  private elapsed = 0;
  private readonly times: number[] = [];
  private readonly refused: Record<string, number> = {};
  private allClosed: () => void = () => undefined;

  constructor({ port, connections, requests }: LoadOptions) {
    this.port = port;
    this.open = connections;
    this.requests = requests.map((request) => {
      const bytes = Buffer.from(request);
      return { bytes, serialAt: bytes.indexOf(SERIAL) };
    });
  }

  async run(seconds: number): Promise<void> {
    const since = performance.now();
    const allClosed = new Promise<void>((resolve) => (this.allClosed = resolve));
    for (let n = this.open; n > 0; n--) new Connection(this).open();
    await delay(seconds * 1000);
    this.over = true;
    this.elapsed = performance.now() - since;
    await allClosed;
  }

  closed(): void {
    this.open--;
    if (this.open === 0) this.allClosed();
  }

  nextRequest(): Buffer {
    const request = this.requests[this.next++ % this.requests.length];
    if (!request) throw new Error('there is nothing to send');
    const { bytes, serialAt } = request;
    if (serialAt === -1) return bytes;
    const numbered = Buffer.from(bytes);
    numbered.write(String(++this.serial % 1e8).padStart(SERIAL.length, '0'), serialAt);
    return numbered;
  }

  record(status: number, ms: number): void {
    if (this.over) return;
    if (status >= 200 && status < 300) this.times.push(ms);
    else this.refused[status] = (this.refused[status] ?? 0) + 1;
  }

  result(): LoadResult {
    const sorted = Float64Array.from(this.times).sort();
    const at = (share: number) =>
      sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
    return {
      count: sorted.length,
      perSecond: (sorted.length / this.elapsed) * 1000,
      p50: at(0.5),
      p95: at(0.95),
      p99: at(0.99),
      errors: this.errors,
      refused: this.refused,
    };
  }
}
