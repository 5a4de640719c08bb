import { contractFaults } from './contract.js';

export interface Answer<T = any> {
  status: number;
  headers: Headers;
  body: T;
  text: string;
}

export interface RequestOptions {
  body?: unknown;
  headers?: Record<string, string>;
}

/** A request in progress. Await it, or state the expected status. */
export class Call implements PromiseLike<Answer> {
  private readonly answer: Promise<Answer>;

  constructor(
    private readonly method: string,
    private readonly url: string,
    answer: Promise<Answer>,
  ) {
    this.answer = answer;
  }

  then<A, B>(
    done?: ((answer: Answer) => A | PromiseLike<A>) | null,
    failed?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ) {
    return this.answer.then(done, failed);
  }

  async expect<T = any>(status: number): Promise<Answer<T>> {
    const answer = await this.answer;
    if (answer.status !== status) {
      throw new Error(
        `${this.method} ${this.url} answered ${answer.status}, not ${status}: ${answer.text.slice(0, 500)}`,
      );
    }
    return answer as Answer<T>;
  }
}

/** Sends requests as one caller. Every response is checked against openapi.json. */
export class Client {
  constructor(
    private readonly base: string,
    private readonly token?: string,
  ) {}

  get(path: string, headers?: Record<string, string>): Call {
    return this.send('GET', path, { headers });
  }

  head(path: string, headers?: Record<string, string>): Call {
    return this.send('HEAD', path, { headers });
  }

  post(path: string, body?: unknown, headers?: Record<string, string>): Call {
    return this.send('POST', path, { body, headers });
  }

  put(path: string, body?: unknown, headers?: Record<string, string>): Call {
    return this.send('PUT', path, { body, headers });
  }

  patch(path: string, body?: unknown, headers?: Record<string, string>): Call {
    return this.send('PATCH', path, { body, headers });
  }

  delete(path: string, headers?: Record<string, string>): Call {
    return this.send('DELETE', path, { headers });
  }

  /** Sends a string or bytes unchanged, and any other value as JSON. */
  send(method: string, path: string, options: RequestOptions = {}): Call {
    return new Call(method, path, this.request(method, path, options));
  }

  private async request(
    method: string,
    path: string,
    { body, headers = {} }: RequestOptions,
  ): Promise<Answer> {
    const raw = typeof body === 'string' || body instanceof Uint8Array;
    const response = await fetch(this.base + path, {
      method,
      redirect: 'manual',
      headers: {
        ...(this.token && { authorization: `Bearer ${this.token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      body: body === undefined ? undefined : raw ? (body as string) : JSON.stringify(body),
    });
    const type = response.headers.get('content-type') ?? '';
    const isStream = type.startsWith('text/event-stream') && method !== 'HEAD';
    // A stream does not end. `EventListener` reads it.
    if (isStream) await response.body?.cancel();
    const text = isStream ? '' : await response.text();
    const parsed: unknown = text === '' ? undefined : type.includes('json') ? JSON.parse(text) : text;
    const faults = contractFaults(method, path, response.status, type, parsed, response.headers);
    if (faults.length > 0)
      throw new Error(
        `${method} ${path} ${response.status} breaks openapi.json: ${faults.join('; ')}\n${text.slice(0, 500)}`,
      );
    return { status: response.status, headers: response.headers, body: parsed, text };
  }
}
