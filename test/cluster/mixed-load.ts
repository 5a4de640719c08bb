import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { PostView } from '../../src/posts/post-view.schemas.js';
import { type Asked, type LoadResult, summarize } from '../../scripts/release/load.ts';

interface Account {
  email: string;
  password: string;
}

interface Clients extends Account {
  perSecond: number;
}

/** A request. A login has no headers, and a read has no body. */
type Call = [method: string, path: string, body?: object, headers?: Record<string, string>];

interface Answer {
  status: number | undefined;
  text: string;
}

/** The reason why there is no response. */
type Broken = NodeJS.ErrnoException & { reused?: boolean };

/** The parts of a response that later requests use. */
type Learnt = Partial<Pick<PostView, 'id'> & { accessToken: string }>;

interface Result extends LoadResult {
  connections: number;
}

const DEADLINE_MS = 10_000;
/** Of 1,000 requests, 1 is a login, 99 are writes, 300 read one post, and the others read lists. */
const CYCLE = 1000;
const LOGIN = 0;
const WRITE_EVERY = 10;
const READ_EVERY = 3;
const PUBLISHED = 20;
const RECENT = 100;

/**
 * Readers and authors that send requests at a fixed rate, whether or not responses arrive, over keep-alive
 * connections like real clients. Nothing is retried: failures are counted with their time.
 */
export class MixedLoad {
  readonly outcomes: Asked[] = [];
  readonly failures: string[] = [];
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 128, scheduling: 'fifo' });
  readonly #asked = new Set<Promise<void>>();
  #posts: string[] = [];
  #over = false;
  #running: Promise<void> | undefined;
  #token = '';
  readonly #base: string;
  readonly #account: Account;
  readonly #perSecond: number;
  connections = 0;

  constructor(base: string, { perSecond, ...account }: Clients) {
    this.#base = base;
    this.#account = account;
    this.#perSecond = perSecond;
  }

  async start(): Promise<void> {
    await this.#must(200, 'POST', '/api/v1/auth/login', this.#account);
    for (let n = 0; n < PUBLISHED; n++) {
      const { id } = await this.#must(201, ...this.#write());
      await this.#must(200, 'POST', `/api/v1/posts/${id}/publish`, undefined, this.#authorization());
    }
    this.#running = this.#run();
  }

  async #must(wanted: number, ...call: Call): Promise<Learnt> {
    const { status, text } = await this.#ask(...call);
    if (status !== wanted) throw new Error(`the load cannot start: ${call[0]} ${call[1]}: ${status} ${text}`);
    return this.#learn(JSON.parse(text) as Learnt);
  }

  /**
   * Only the newest session and the newest posts are used. The number of sessions of an account is limited, and the
   * oldest one ends.
   */
  #learn({ accessToken, id }: Learnt): Learnt {
    if (accessToken) this.#token = accessToken;
    if (id) this.#posts = [...this.#posts.slice(1 - RECENT), id];
    return { id };
  }

  /** Resolves when all responses have arrived. */
  async stop(): Promise<Result> {
    this.#over = true;
    await this.#running;
    await Promise.all(this.#asked);
    this.#agent.destroy();
    return { ...summarize(this.outcomes), errors: this.failures.length, connections: this.connections };
  }

  async #run(): Promise<void> {
    const started = performance.now();
    for (let n = 0; !this.#over; n++) {
      await delay(Math.max(0, started + (n * 1000) / this.#perSecond - performance.now()));
      const asked = this.#one(n);
      this.#asked.add(asked);
      void asked.finally(() => this.#asked.delete(asked));
    }
  }

  async #one(n: number): Promise<void> {
    const [wanted, ...call] = this.#call(n % CYCLE);
    const since = performance.now();
    const at = new Date().toISOString();
    const { status = 'nothing', text } = await this.#ask(...call).catch((error: Broken) => ({
      status: `${error.code ?? error.message}${error.reused ? ' on a used connection' : ''}`,
      text: '',
    }));
    this.outcomes.push({ status, ms: performance.now() - since });
    if (status !== wanted) this.failures.push(`${at} ${call[0]} ${call[1]}: ${status} ${text}`.trim());
    else if (call[0] === 'POST') this.#learn(JSON.parse(text) as Learnt);
  }

  /** @returns the expected status, method, path, body and headers */
  #call(n: number): [wanted: number, ...Call] {
    if (n === LOGIN) return [200, 'POST', '/api/v1/auth/login', this.#account];
    if (n % WRITE_EVERY === 0) return [201, ...this.#write()];
    const post = this.#posts[n % this.#posts.length];
    if (n % READ_EVERY === 0) return [200, 'GET', `/api/v1/posts/${post}`, undefined, this.#authorization()];
    return [200, 'GET', '/api/v1/posts?limit=10&include=author,tags'];
  }

  #write(): Call {
    const headers = { ...this.#authorization(), 'idempotency-key': randomUUID() };
    return [
      'POST',
      '/api/v1/posts',
      { title: `Written during an upgrade ${randomUUID()}`, body: 'A *post*.', tags: ['load'] },
      headers,
    ];
  }

  #authorization(): Record<string, string> {
    return { authorization: `Bearer ${this.#token}` };
  }

  #ask(...[method, path, body, headers = {}]: Call): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const json = body && JSON.stringify(body);
      const sent = request(this.#base + path, {
        method,
        agent: this.#agent,
        signal: AbortSignal.timeout(DEADLINE_MS),
        headers: {
          ...headers,
          ...(json && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(json) }),
        },
      });
      sent.on('socket', () => (this.connections += sent.reusedSocket ? 0 : 1));
      const fail = (error: Error) => reject(Object.assign(error, { reused: sent.reusedSocket }));
      sent.on('error', fail);
      sent.on('response', (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        answer.on('error', fail).on('end', () => resolve({ status: answer.statusCode, text }));
      });
      sent.end(json);
    });
  }
}
