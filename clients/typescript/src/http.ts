import { GalleyError, ProblemError } from './errors.ts';
import type { Tokens } from './openapi.ts';
import { type Patience, persist } from './persist.ts';
import { type Body, exchange, type Fetch, type Sent } from './reply.ts';
import { Session } from './session.ts';
import { memoryTokens, type TokenStore } from './tokens.ts';

/** Options of every call. */
export interface CallOptions extends Patience {
  /**
   * The key of a write. Default: a new random key, which all attempts of the call use. Set it to repeat a write of an
   * earlier call, for example after a reload.
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
   * Sends a request as the account of the session, and anonymously without one.
   * @param path the path below `/api/v1`
   * @throws ProblemError, ConnectionError, or the reason of the signal
   */
  async request<T>(method: string, path: string, options: RequestOptions = {}): Promise<T> {
    const sent = this.#sent(method, path, options);
    const patience = { ...this.#options, ...defined(options) };
    try {
      const token = await this.session.accessToken(options.signal);
      return await this.#send<T>(sent, patience, token).catch(async (error: unknown) => {
        if (!token || !(error instanceof ProblemError) || error.code !== 'invalid_token') throw error;
        const renewed = await this.session.renew(token, options.signal);
        // A public read continues without the session. A write must not become anonymous.
        if (!renewed && method !== 'GET') throw error;
        return this.#send<T>(sent, patience, renewed);
      });
    } catch (error) {
      if (error instanceof GalleyError) error.idempotencyKey = sent.headers['idempotency-key'];
      throw error;
    }
  }

  /** Sends a POST of /auth. It takes no part in the session: a token is sent once, as it is. */
  anonymously<T>(path: string, options: RequestOptions, token?: string): Promise<T> {
    return this.#send<T>(this.#sent('POST', path, options), { ...this.#options, ...defined(options) }, token);
  }

  #sent(method: string, path: string, { query, body, contentType, ...options }: RequestOptions): Sent {
    const { ifMatch, idempotencyKey = `"${randomId()}"` } = options;
    return {
      method,
      url: this.#url + path + searchOf(query),
      headers: {
        ...(body !== undefined && { 'content-type': contentType ?? 'application/json' }),
        ...(isKeyed(method, path) && { 'idempotency-key': idempotencyKey }),
        ...(ifMatch && { 'if-match': ifMatch }),
      },
      body: contentType ? (body as Body) : body === undefined ? null : JSON.stringify(body),
    };
  }

  async #send<T>(sent: Sent, patience: Patience, token: string | undefined): Promise<T> {
    const { fetch = (url, init) => globalThis.fetch(url, init), cache } = this.#options;
    const isKept = cache && !token && sent.method === 'GET';
    const kept = isKept && (await cache.get(sent.url));
    const headers = {
      ...sent.headers,
      ...(token && { authorization: `Bearer ${token}` }),
      ...(kept && { 'if-none-match': kept.etag }),
    };
    const reply = await persist((signal) => exchange(fetch, { ...sent, headers }, signal), patience);
    if (kept && reply.status === 304) return kept.body as T;
    const etag = reply.headers.get('etag');
    if (isKept && etag) await cache.set(sent.url, { etag, body: reply.body });
    return reply.body as T;
  }
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

/** In a browser, `randomUUID` exists only on https and on localhost. */
const randomId = (): string => crypto.randomUUID?.() ?? crypto.getRandomValues(new Uint32Array(4)).join('-');
