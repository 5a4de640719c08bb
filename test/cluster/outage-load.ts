import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

/** What a client received, and when, in ms of performance.now(). */
export interface Received {
  what: 'list' | 'post' | 'unread' | 'write';
  at: number;
  took: number;
  /** The code of the network error if there was no response. */
  status: number | string;
  age: string | undefined;
  retryAfter: string | undefined;
}

const PER_SECOND = 50;
const DEADLINE_MS = 10_000;
/** Of ten requests, one is a write, one reads what nobody has read before, and the others are in the cache. */
const CYCLE = ['list', 'post', 'list', 'write', 'post', 'list', 'post', 'unread', 'list', 'post'] as const;

/** 50 requests per second, each on a new connection, so that a pod outside of the Service shows as a refusal. */
export class OutageLoad {
  readonly received: Received[] = [];
  readonly #base: string;
  readonly #token: string;
  readonly #slugs: string[];
  readonly #running: Promise<void>;
  #stopped = false;

  constructor(base: string, token: string, slugs: string[]) {
    this.#base = base;
    this.#token = token;
    this.#slugs = slugs;
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    const asked: Promise<void>[] = [];
    for (let n = 0, since = performance.now(); !this.#stopped; n++) {
      await delay(Math.max(0, since + (n * 1000) / PER_SECOND - performance.now()));
      asked.push(this.#one(CYCLE[n % CYCLE.length] ?? 'list', n));
    }
    await Promise.all(asked);
  }

  async #one(what: Received['what'], n: number): Promise<void> {
    const at = performance.now();
    const answer = await this.#ask(what, n).catch((error: NodeJS.ErrnoException) => ({
      status: error.code ?? error.message,
      age: undefined,
      retryAfter: undefined,
    }));
    this.received.push({ what, at, took: performance.now() - at, ...answer });
  }

  #ask(what: Received['what'], n: number): Promise<Omit<Received, 'what' | 'at' | 'took'>> {
    const post = `/api/v1/posts/${this.#slugs[n % this.#slugs.length]}`;
    const paths = {
      list: '/api/v1/posts',
      post,
      unread: `/api/v1/posts/${randomUUID()}`,
      write: '/api/v1/posts',
    };
    const headers = { authorization: `Bearer ${this.#token}`, 'content-type': 'application/json' };
    return new Promise((resolve, reject) => {
      const isWrite = what === 'write';
      const sent = request(this.#base + paths[what], {
        agent: false,
        method: isWrite ? 'POST' : 'GET',
        headers: isWrite ? headers : {},
        signal: AbortSignal.timeout(DEADLINE_MS),
      });
      sent.on('error', reject).on('response', (response) => {
        response.resume().on('error', reject);
        response.on('end', () => {
          const { age, 'retry-after': retryAfter } = response.headers;
          resolve({ status: response.statusCode ?? 0, age, retryAfter });
        });
      });
      sent.end(isWrite ? JSON.stringify({ title: `Written ${n}`, body: 'A post.' }) : undefined);
    });
  }
}
