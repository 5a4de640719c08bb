import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';

/** What happens to one request between a client and the server. */
export type Fault =
  | 'none'
  /** The request does not reach the server, and the connection breaks. */
  | 'lost request'
  /** The server processes the request, and the connection breaks before its response. */
  | 'lost response'
  /** The connection breaks in the middle of the response. */
  | 'cut response'
  /** The proxy returns 503 with `Retry-After: 0`, and the server receives nothing. */
  | 'refused'
  /** The server processes the request, and the response arrives late. */
  | { lateMs: number };

interface Passed {
  status: number;
  headers: IncomingMessage['headers'];
  body: Buffer;
}

/** An HTTP proxy that loses, cuts, refuses and delays what passes through it. */
export class FaultyProxy {
  /** The requests and their faults, in order. */
  readonly seen: { method: string; path: string; headers: IncomingMessage['headers']; fault: Fault }[] = [];
  private readonly server: Server;
  private readonly port: number;
  private readonly choose: (method: string, path: string) => Fault;

  private constructor(server: Server, port: number, choose: (method: string, path: string) => Fault) {
    this.server = server;
    this.port = port;
    this.choose = choose;
    server.on('request', (incoming: IncomingMessage, response: ServerResponse) => {
      this.pass(incoming, response).catch(() => response.destroy());
    });
  }

  /** @param choose returns the fault of the next request */
  static async open(url: string, choose: (method: string, path: string) => Fault): Promise<FaultyProxy> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new FaultyProxy(server, Number(new URL(url).port), choose);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async pass(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url: path = '', headers } = incoming;
    const body = await buffer(incoming);
    const fault = this.choose(method, path);
    this.seen.push({ method, path, headers, fault });
    if (fault === 'lost request') return void incoming.socket.resetAndDestroy();
    if (fault === 'refused') return void response.writeHead(503, { 'retry-after': '0' }).end();
    const passed = await this.forward(incoming, body);
    if (fault === 'lost response') return void incoming.socket.resetAndDestroy();
    if (typeof fault === 'object') await delay(fault.lateMs, undefined, { ref: false });
    if (fault === 'cut response') return cut(response, passed);
    response.writeHead(passed.status, passed.headers).end(passed.body);
  }

  private forward({ method, url: path, headers }: IncomingMessage, body: Buffer): Promise<Passed> {
    return new Promise((resolve, reject) => {
      const options = { host: '127.0.0.1', port: this.port, method, path, headers };
      const outgoing = request(options, (answer) => {
        buffer(answer).then(
          (text) => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: text }),
          reject,
        );
      });
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  }
}

function cut(response: ServerResponse, { status, headers, body }: Passed): void {
  if (body.length === 0) return void response.socket?.resetAndDestroy();
  response.writeHead(status, { ...headers, 'content-length': String(body.length) });
  response.write(body.subarray(0, body.length / 2), () => response.socket?.destroy());
}
