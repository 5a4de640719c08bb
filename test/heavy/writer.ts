import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { PostView } from '../../src/posts/post-view.schemas.js';

/** A running Galley, and the writes so far. */
interface Server {
  readonly url: string;
  readonly output?: string;
}

export interface Answer {
  status: number;
  text: string;
  /** True if the response came from an earlier request with the same key. */
  replayed: boolean;
}

/** The fields of a created resource that tests use. */
export type Made = Pick<PostView, 'id' | 'slug' | 'version'>;

const PASSWORD = 'a password that is long';
const PATIENCE_MS = 30_000;

/** One write of a client that keeps its key until the write was answered. */
export class KeyedWrite {
  readonly key = randomUUID();
  private readonly writer: Writer;
  private readonly path: string;
  private readonly body: object | undefined;
  private readonly method: string;

  constructor(writer: Writer, path: string, body?: object, method = 'POST') {
    this.writer = writer;
    this.path = path;
    this.body = body;
    this.method = method;
  }

  /** Sends the write once. Returns undefined if the connection broke before the complete response arrived. */
  async send(): Promise<Answer | undefined> {
    try {
      const answer = await fetch(this.writer.galley.url + this.path, {
        method: this.method,
        headers: {
          ...(this.body && { 'content-type': 'application/json' }),
          'idempotency-key': `"${this.key}"`,
          ...(this.writer.token && { authorization: `Bearer ${this.writer.token}` }),
        },
        body: this.body && JSON.stringify(this.body),
      });
      const text = await answer.text();
      return { status: answer.status, text, replayed: answer.headers.get('idempotency-replayed') === 'true' };
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      return undefined;
    }
  }

  /** Repeats the write until it is answered, because 503 and 409 (in progress) mean that a repetition can succeed. */
  async untilAnswered(): Promise<Answer> {
    for (const since = performance.now(); performance.now() - since < PATIENCE_MS; await delay(20)) {
      const answer = await this.send();
      if (!answer || answer.status === 503) continue;
      if (
        answer.status === 409 &&
        (JSON.parse(answer.text) as { code: string }).code === 'idempotency_key_in_use'
      )
        continue;
      return answer;
    }
    throw new Error(`${this.path} was not answered for ${PATIENCE_MS} ms\n${this.writer.galley.output}`);
  }
}

/** A client that writes. Without a token, it is anonymous. */
export class Writer {
  readonly galley: Server;
  readonly token: string | undefined;

  constructor(galley: Server, token?: string) {
    this.galley = galley;
    this.token = token;
  }

  static async signUp(galley: Server, email: string): Promise<Writer> {
    const nobody = new Writer(galley);
    await nobody
      .write('/api/v1/auth/register', { email, password: PASSWORD, name: 'Writer' })
      .untilAnswered();
    const login = await nobody.write('/api/v1/auth/login', { email, password: PASSWORD }).untilAnswered();
    if (login.status !== 200) throw new Error(`login: ${login.status} ${login.text}`);
    const { accessToken } = JSON.parse(login.text) as { accessToken: string };
    return new Writer(galley, accessToken);
  }

  write(path: string, body?: object, method?: string): KeyedWrite {
    return new KeyedWrite(this, path, body, method);
  }

  /** @returns the body of a write that must succeed */
  async make(path: string, body?: object): Promise<Made> {
    const { status, text } = await this.write(path, body).untilAnswered();
    if (status >= 300) throw new Error(`${path}: ${status} ${text}`);
    return JSON.parse(text) as Made;
  }
}
