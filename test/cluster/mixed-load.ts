import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { summarize } from '../../scripts/release/load.ts';

const DEADLINE_MS = 10_000;
/** Of 1000 requests: 1 login, 99 writes, 300 reads of one post; the rest are lists. */
const CYCLE = 1000;
const LOGIN = 0;
const WRITE_EVERY = 10;
const READ_EVERY = 3;
const PUBLISHED = 20;
const RECENT = 100;

/**
 * Readers and authors at a fixed rate, whether answers come or not, over connections that are kept alive as a real
 * client's are. Nothing is tried again: what fails is counted, with its time.
 */
export class MixedLoad {
  outcomes = [];
  failures = [];
  #agent = new Agent({ keepAlive: true, maxSockets: 128, scheduling: 'fifo' });
  #asked = new Set();
  #posts = [];
  #over = false;
  connections = 0;

  constructor(base, { email, password, perSecond }) {
    Object.assign(this, { base, email, password, perSecond });
  }

  async start() {
    await this.#must(200, 'POST', '/api/v1/auth/login', this.#credentials());
    for (let n = 0; n < PUBLISHED; n++) {
      const { id } = await this.#must(201, ...this.#write());
      await this.#must(200, 'POST', `/api/v1/posts/${id}/publish`, undefined, this.#authorization());
    }
    this.running = this.#run();
  }

  async #must(wanted, ...call) {
    const { status, text } = await this.#ask(...call);
    if (status !== wanted) throw new Error(`the load cannot start: ${call[0]} ${call[1]}: ${status} ${text}`);
    return this.#learn(JSON.parse(text));
  }

  /** The newest session and the newest posts are used: an account has a limit of sessions, the oldest goes. */
  #learn({ accessToken, id, ...rest }) {
    if (accessToken) this.token = accessToken;
    if (id) this.#posts = [...this.#posts.slice(1 - RECENT), id];
    return { id, ...rest };
  }

  /** Resolves once every answer is there. */
  async stop() {
    this.#over = true;
    await this.running;
    await Promise.all(this.#asked);
    this.#agent.destroy();
    return { ...summarize(this.outcomes), errors: this.failures.length, connections: this.connections };
  }

  async #run() {
    const started = performance.now();
    for (let n = 0; !this.#over; n++) {
      await delay(Math.max(0, started + (n * 1000) / this.perSecond - performance.now()));
      const asked = this.#one(n).finally(() => this.#asked.delete(asked));
      this.#asked.add(asked);
    }
  }

  async #one(n) {
    const [wanted, ...call] = this.#call(n % CYCLE);
    const since = performance.now();
    const at = new Date().toISOString();
    const { status, text } = await this.#ask(...call).catch((error) => ({
      status: `${error.code ?? error.message}${error.reused ? ' on a used connection' : ''}`,
    }));
    this.outcomes.push({ status, ms: performance.now() - since });
    if (status !== wanted) this.failures.push(`${at} ${call[0]} ${call[1]}: ${status} ${text ?? ''}`.trim());
    else if (call[0] === 'POST') this.#learn(JSON.parse(text));
  }

  /** @returns the status that is right, method, path, body, headers */
  #call(n) {
    if (n === LOGIN) return [200, 'POST', '/api/v1/auth/login', this.#credentials()];
    if (n % WRITE_EVERY === 0) return [201, ...this.#write()];
    const post = this.#posts[n % this.#posts.length];
    if (n % READ_EVERY === 0) return [200, 'GET', `/api/v1/posts/${post}`, undefined, this.#authorization()];
    return [200, 'GET', '/api/v1/posts?limit=10&include=author,tags'];
  }

  #write() {
    const headers = { ...this.#authorization(), 'idempotency-key': randomUUID() };
    return [
      'POST',
      '/api/v1/posts',
      { title: `Written during an upgrade ${randomUUID()}`, body: 'A *post*.', tags: ['load'] },
      headers,
    ];
  }

  #authorization() {
    return { authorization: `Bearer ${this.token}` };
  }

  #credentials() {
    return { email: this.email, password: this.password };
  }

  #ask(method, path, body, headers = {}) {
    return new Promise((resolve, reject) => {
      const json = body && JSON.stringify(body);
      const sent = request(this.base + path, {
        method,
        agent: this.#agent,
        signal: AbortSignal.timeout(DEADLINE_MS),
        headers: {
          ...headers,
          ...(json && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(json) }),
        },
      });
      sent.on('socket', () => (this.connections += sent.reusedSocket ? 0 : 1));
      const fail = (error) => reject(Object.assign(error, { reused: sent.reusedSocket }));
      sent.on('error', fail);
      sent.on('response', (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (chunk) => (text += chunk));
        answer.on('error', fail).on('end', () => resolve({ status: answer.statusCode, text }));
      });
      sent.end(json);
    });
  }
}
