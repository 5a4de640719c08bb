import { createConnection, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A proxy between the API and its database or Redis, which can break, freeze or delay the connections. */
export class TcpProxy {
  private readonly pairs = new Set<[Socket, Socket]>();
  private isCut = false;
  private isFrozen = false;
  private delayMs = 0;
  private readonly server: Server;
  private readonly target: string | { port: number };

  private constructor(server: Server, target: string | { port: number }) {
    this.server = server;
    this.target = target;
    server.on('connection', (client) => this.join(client));
  }

  /** @param target the path of a Unix socket, or a port on loopback */
  static async open(target: string | { port: number }): Promise<TcpProxy> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new TcpProxy(server, target);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Breaks all connections and rejects new ones. */
  cut(): void {
    this.isCut = true;
    for (const [client, upstream] of this.pairs) {
      client.resetAndDestroy();
      upstream.destroy();
    }
  }

  mend(): void {
    this.isCut = false;
  }

  /** Stops forwarding, also the end of a connection, like a frozen server or a network that drops everything. */
  freeze(): void {
    this.isFrozen = true;
    for (const pair of this.pairs) for (const socket of pair) socket.pause();
  }

  thaw(): void {
    this.isFrozen = false;
    for (const pair of this.pairs)
      if (pair.some((socket) => socket.destroyed)) this.part(pair);
      else for (const socket of pair) socket.resume();
  }

  /** Delays every response. */
  slow(ms: number): void {
    this.delayMs = ms;
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private join(client: Socket): void {
    client.on('error', () => undefined);
    if (this.isCut) return void client.resetAndDestroy();
    const upstream =
      typeof this.target === 'string'
        ? createConnection(this.target)
        : createConnection(this.target.port, '127.0.0.1');
    const pair: [Socket, Socket] = [client, upstream];
    this.pairs.add(pair);
    upstream.on('error', () => client.destroy());
    client.on('data', (chunk) => upstream.write(chunk));
    upstream.on('data', (chunk) => {
      if (this.delayMs === 0) client.write(chunk);
      else setTimeout(() => client.writable && client.write(chunk), this.delayMs).unref();
    });
    client.on('close', () => this.part(pair));
    upstream.on('close', () => this.part(pair));
    if (this.isFrozen) for (const socket of pair) socket.pause();
  }

  private part(pair: [Socket, Socket]): void {
    if (this.isFrozen && !this.isCut) return;
    this.pairs.delete(pair);
    for (const socket of pair) socket.destroy();
  }
}
