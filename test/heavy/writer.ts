import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

const PASSWORD = 'a password that is long';
const PATIENCE_MS = 30_000;

/** One write of a client that holds on to its key until it was answered. */
export class KeyedWrite {
  key = randomUUID();

  constructor(writer, path, body) {
    this.writer = writer;
    this.path = path;
    this.body = body;
  }

  /** Sends it once; undefined when the connection broke before the whole answer was there. */
  async send() {
    try {
      const answer = await fetch(this.writer.galley.url + this.path, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
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

  /** Again and again until it is answered: 503 and 409 (still running) say that it is worth it. */
  async untilAnswered() {
    for (const since = performance.now(); performance.now() - since < PATIENCE_MS; await delay(20)) {
      const answer = await this.send();
      if (!answer || answer.status === 503) continue;
      if (answer.status === 409 && JSON.parse(answer.text).code === 'idempotency_key_in_use') continue;
      return answer;
    }
    throw new Error(`${this.path} was not answered for ${PATIENCE_MS} ms\n${this.writer.galley.output}`);
  }
}

/** Somebody who writes. Without a token: nobody yet. */
export class Writer {
  constructor(galley, token) {
    this.galley = galley;
    this.token = token;
  }

  static async signUp(galley, email) {
    const nobody = new Writer(galley);
    await nobody
      .write('/api/v1/auth/register', { email, password: PASSWORD, name: 'Writer' })
      .untilAnswered();
    const login = await nobody.write('/api/v1/auth/login', { email, password: PASSWORD }).untilAnswered();
    if (login.status !== 200) throw new Error(`login: ${login.status} ${login.text}`);
    return new Writer(galley, JSON.parse(login.text).accessToken);
  }

  write(path, body) {
    return new KeyedWrite(this, path, body);
  }

  /** @returns the body of a write that must succeed */
  async make(path, body) {
    const { status, text } = await this.write(path, body).untilAnswered();
    if (status >= 300) throw new Error(`${path}: ${status} ${text}`);
    return JSON.parse(text);
  }
}
