import { GalleyError, ProblemError, SessionChangedError } from './errors.ts';
import { isOfAnother, newKey } from './idempotency-key.ts';
import type { Tokens } from './openapi.ts';
import { type Call, callOf, type Patience, persist } from './persist.ts';
import { type Body, exchange, type Fetch, type Sent } from './reply.ts';
import { Session } from './session.ts';
import { memoryTokens, type StoredTokens, type TokenStore } from './tokens.ts';

/** Options of every call. */
export interface CallOptions extends Patience {
  /**
   * The key of a write. Default: a new random key, which all attempts of the call use. Set it to the key of a
   * `GalleyError` to repeat that write in the same session, for example after a reload. Do not use it in another
   * session: the server would not know it.
   */
  idempotencyKey?: string | undefined;
  /**
   * The ETag or version that the resource must have, or null for no condition. Default: the version of the object that
   * you pass; no condition if you pass an id.
   */
  ifMatch?: string | null | undefined;
}

export interface RequestOptions extends CallOptions {
  query?: object | undefined;
  headers?: Record<string, string>;
  /** A value that is sent as JSON, or the body itself if `contentType` is set. */
  body?: unknown;
  contentType?: string;
}

/** A response that a conditional request can confirm. */
export interface CachedResponse {
  etag: string;
  body: unknown;
}

/** Keeps responses by their URL. A `Map` is one. */
export interface ResponseCache {
  get: (url: string) => CachedResponse | undefined | Promise<CachedResponse | undefined>;
  set: (url: string, response: CachedResponse) => unknown;
}

export interface ClientOptions extends Pick<Patience, 'deadline' | 'timeout' | 'retries'> {
  /** Where the tokens are kept. Default: memory. */
  tokens?: TokenStore;
  /**
   * Keeps responses to reads without a session, and revalidates them with their ETag. Use it on a server or in a build; a
   * browser has its own cache.
   */
  cache?: ResponseCache;
  /** A replacement for the global `fetch`. */
  fetch?: Fetch;
}

/**
 * The server returns the same successor for 30 seconds after the first exchange. All attempts of a refresh must fit into
 * this time, because later ones end the session.
 */
const REFRESH: Patience = { deadline: 25_000, timeout: 5000, retries: 20 };

/** Sends the requests of a client. */
export class Http {
  readonly session: Session;
  readonly #url: string;
  readonly #options: ClientOptions;

  constructor(url: string, options: ClientOptions) {
    this.#url = `${new URL(url).href.replace(/\/+$/, '')}/api/v1`;
    this.#options = options;
    this.session = new Session(options.tokens ?? memoryTokens(), (refreshToken) =>
      this.anonymously<Tokens>('/auth/refresh', { body: { refreshToken }, ...REFRESH }),
    );
  }

  /**
   * Sends a request as the account of the session, and anonymously without one. A write stays in the session in which
   * it began.
   * @param path the path below `/api/v1`
   * @throws ProblemError, ConnectionError, SessionChangedError, or the reason of the signal
   */
  async request<T>(method: string, path: string, options: RequestOptions = {}): Promise<T> {
    const call = this.#call(options);
    const begun = await this.session.tokens();
    const sent = this.#sent(method, path, options, begun?.session);
    try {
      return await this.#sendIn<T>(begun, sent, call);
    } catch (error) {
      if (error instanceof GalleyError && !(error instanceof SessionChangedError))
        error.idempotencyKey = sent.headers['idempotency-key'];
      throw error;
    }
  }

  /**
   * Sends a POST of /auth. It takes no part in the session: a token is sent once, as it is.
   * @param options `once`: it is not repeated if the server may have processed it
   */
  anonymously<T>(path: string, options: RequestOptions & { once?: boolean }, token?: string): Promise<T> {
    return this.#send<T>(this.#sent('POST', path, options), this.#call(options, options.once), token);
  }

  #call(options: Patience, once?: boolean): Call {
    return callOf({ ...this.#options, ...defined(options) }, once);
  }

  #sent(
    method: string,
    path: string,
    { query, body, contentType, ...options }: RequestOptions,
    session?: string,
  ): Sent {
    const { ifMatch, idempotencyKey = newKey(session) } = options;
    return {
      method,
      url: this.#url + path + searchOf(query),
      headers: {
        ...options.headers,
        ...(body !== undefined && { 'content-type': contentType ?? 'application/json' }),
        ...(isKeyed(method, path) && { 'idempotency-key': idempotencyKey }),
        ...(ifMatch && { 'if-match': ifMatch }),
      },
      body: contentType ? (body as Body) : body === undefined ? null : JSON.stringify(body),
    };
  }

  /**
   * Refreshes the session before, if it is time, or after the server has refused its token. Repetitions can last longer
   * than a token, so this can happen again, but not if the server refuses a new token at once.
   */
  async #sendIn<T>(begun: StoredTokens | undefined, sent: Sent, call: Call): Promise<T> {
    let held = await this.session.current(begun, call);
    for (let repeated = -1; ; repeated = call.repeated) {
      assertSame(begun, held, sent);
      try {
        return await this.#send<T>(sent, call, held?.accessToken);
      } catch (error) {
        const isRefused = error instanceof ProblemError && error.code === 'invalid_token';
        if (!held || !isRefused || call.repeated === repeated) throw error;
        const renewed = await this.session.renew(held, call);
        // A public read continues without the session. A write must not become anonymous.
        if (!renewed && sent.method !== 'GET') throw error;
        held = renewed;
      }
    }
  }

  async #send<T>(sent: Sent, call: Call, token: string | undefined): Promise<T> {
    const { fetch = (url, init) => globalThis.fetch(url, init), cache } = this.#options;
    const isKept = cache && !token && sent.method === 'GET';
    const kept = isKept && (await cache.get(sent.url));
    const headers = {
      ...sent.headers,
      ...(token && { authorization: `Bearer ${token}` }),
      ...(kept && { 'if-none-match': kept.etag }),
    };
    const reply = await persist((signal) => exchange(fetch, { ...sent, headers }, signal), call);
    if (kept && reply.status === 304) return kept.body as T;
    const etag = reply.headers.get('etag');
    if (isKept && etag) await cache.set(sent.url, { etag, body: reply.body });
    return reply.body as T;
  }
}

/** @throws SessionChangedError if a write, or its key, began in another session */
function assertSame(
  begun: StoredTokens | undefined,
  held: StoredTokens | undefined,
  { method, headers }: Sent,
) {
  if (method === 'GET' || !begun || !held) return;
  if (held.session !== begun.session || isOfAnother(held.session, headers['idempotency-key']))
    throw new SessionChangedError();
}

/** The server records no keys below /auth. */
const isKeyed = (method: string, path: string): boolean => method !== 'GET' && !path.startsWith('/auth/');

/** A value of undefined means that the option is not set. */
const defined = ({ signal, deadline, timeout, retries }: Patience): Patience =>
  Object.fromEntries(
    Object.entries({ signal, deadline, timeout, retries }).filter(([, value]) => value !== undefined),
  );

/** Lists are separated by commas. An empty list is an empty value. */
function searchOf(query: object = {}): string {
  const pairs = Object.entries(query)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]): [string, string] => [key, String(value)]);
  return pairs.length > 0 ? `?${new URLSearchParams(pairs).toString()}` : '';
}
