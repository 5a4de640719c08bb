import type { Change, Galley } from '../../clients/typescript/src/galley.ts';
import { Mirror } from './mirror.ts';

const MOST_CHANGES = 100;
const LONGEST_LIFE_MS = 5000;
/** How often the cursor is stored. After a crash, the others are lost and their changes are applied again. */
const STORED = 0.7;

/** A mirror that follows one of several servers, crashes, and continues at another one from its last stored cursor. */
export class MirrorFollower {
  readonly name: string;
  readonly mirror: Mirror;
  readonly token: string | undefined;
  seen = 0;
  crashes = 0;
  /** Changes that one connection has delivered twice. */
  repeated = 0;
  private readonly servers: Galley[];
  private readonly ending = new AbortController();
  private stored: string;
  private following: Promise<void> | undefined;

  constructor(name: string, servers: Galley[], cursor: string, token?: string) {
    this.name = name;
    this.servers = servers;
    this.stored = cursor;
    this.token = token;
    this.mirror = new Mirror(token === undefined);
  }

  begin(): void {
    this.following = this.follow();
  }

  /** Ends the following, and applies what is left. */
  async end(): Promise<void> {
    this.ending.abort();
    await this.following;
    const server = this.server();
    for (let hasMore = true; hasMore;) {
      const { data, meta } = await server.changes.read({ cursor: this.stored });
      await this.take(data, server);
      this.stored = meta.nextCursor;
      ({ hasMore } = meta);
    }
  }

  private async follow(): Promise<void> {
    while (!this.ending.signal.aborted) {
      await this.live(AbortSignal.timeout(Math.ceil(Math.random() * LONGEST_LIFE_MS)));
      this.crashes++;
    }
  }

  /** Follows until the crash. */
  private async live(crash: AbortSignal): Promise<void> {
    const server = this.server();
    const signal = AbortSignal.any([crash, this.ending.signal]);
    const limit = 1 + Math.floor(Math.random() * MOST_CHANGES);
    const seen = new Set<string>();
    try {
      for await (const { changes, cursor } of server.changes.follow(this.stored, { signal, limit })) {
        for (const { type, at, resource } of changes) {
          const key = `${type} ${resource.id} ${resource.version} ${at}`;
          if (seen.has(key)) this.repeated++;
          seen.add(key);
        }
        await this.take(changes, server);
        if (Math.random() < STORED) this.stored = cursor;
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  private async take(changes: Change[], server: Galley): Promise<void> {
    this.seen += changes.length;
    await this.mirror.apply(changes, server);
  }

  private server(): Galley {
    return this.servers[Math.floor(Math.random() * this.servers.length)] as Galley;
  }
}
