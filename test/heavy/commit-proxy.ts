import { createConnection, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** The message of a client that sends COMMIT as a simple query, and the tag in the response of the server. */
const COMMIT = Buffer.from('Q\0\0\0\x0bCOMMIT\0', 'latin1');
const COMMITTED = Buffer.from('COMMIT\0');

interface Hold {
  text: string;
  committed: () => void;
}

/** A proxy between a process and PostgreSQL that can keep the response to one commit. */
export class CommitProxy {
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  private hold: Hold | undefined;
  private kept: (() => void) | undefined;

  private constructor(server: Server, socketPath: string) {
    this.server = server;
    server.on('connection', (client) => this.join(client, createConnection(socketPath)));
  }

  /** @param socketPath the Unix socket of the server */
  static async open(socketPath: string): Promise<CommitProxy> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new CommitProxy(server, socketPath);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /**
   * Keeps the response to the commit of the next transaction with a statement that contains `text`.
   * @returns a promise that resolves when the server has committed
   */
  holdCommitOf(text: string): Promise<void> {
    return new Promise((committed) => (this.hold = { text, committed }));
  }

  /** Sends the response that was kept. */
  release(): void {
    this.kept?.();
    this.kept = undefined;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private join(client: Socket, upstream: Socket): void {
    for (const socket of [client, upstream]) {
      this.sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.sockets.delete(socket);
        for (const each of [client, upstream]) each.destroy();
      });
    }
    let holding: Hold | undefined;
    let isCommitting = false;
    client.on('data', (chunk) => {
      if (this.hold && chunk.includes(this.hold.text)) {
        holding = this.hold;
        this.hold = undefined;
      }
      isCommitting = holding !== undefined && chunk.includes(COMMIT);
      upstream.write(chunk);
    });
    upstream.on('data', (chunk) => {
      if (!isCommitting || !holding || !chunk.includes(COMMITTED)) return void client.write(chunk);
      this.kept = () => client.write(chunk);
      holding.committed();
      holding = undefined;
    });
  }
}
