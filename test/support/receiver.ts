import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** A service that Galley calls. It records the requests. */
export class Receiver {
  readonly requests: IncomingMessage[] = [];
  readonly sockets = new Set<Socket>();

  private constructor(private readonly server: Server) {
    server.on('connection', (socket: Socket) => {
      this.sockets.add(socket);
      socket.on('error', () => undefined).once('close', () => this.sockets.delete(socket));
    });
    server.on('request', (request: IncomingMessage) => this.requests.push(request));
  }

  static async start(answer: RequestListener, host = '127.0.0.1', port = 0): Promise<Receiver> {
    const server = createServer(answer).listen(port, host);
    await once(server, 'listening');
    return new Receiver(server);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://${(this.server.address() as AddressInfo).address}:${this.port}`;
  }

  stop(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }
}
