/** The client of a Galley server: `new Galley('https://api.example.com')`. */
import { Auth } from './auth.ts';
import { Comments } from './comments.ts';
import { type ClientOptions, Http, type RequestOptions } from './http.ts';
import { Posts } from './posts.ts';
import { Tags } from './tags.ts';
import { Users } from './users.ts';

export class Galley {
  readonly auth: Auth;
  readonly posts: Posts;
  readonly comments: Comments;
  readonly tags: Tags;
  readonly users: Users;
  readonly #http: Http;

  /** @param url the address of the server, without `/api/v1` */
  constructor(url: string, options: ClientOptions = {}) {
    this.#http = new Http(url, options);
    this.auth = new Auth(this.#http);
    this.posts = new Posts(this.#http);
    this.comments = new Comments(this.#http);
    this.tags = new Tags(this.#http);
    this.users = new Users(this.#http);
  }

  /**
   * Sends a request that has no method of its own, with the same retries, tokens and errors.
   * @param path the path below `/api/v1`
   */
  request<T>(method: string, path: string, options?: RequestOptions): Promise<T> {
    return this.#http.request<T>(method, path, options);
  }
}

export { ConnectionError, GalleyError, ProblemError } from './errors.ts';
export type { CachedResponse, CallOptions, ClientOptions, RequestOptions, ResponseCache } from './http.ts';
export type { List, Page } from './list.ts';
export type { Listed, Query } from './listed.ts';
export {
  localStorageTokens,
  memoryTokens,
  type StoredTokens,
  type TokenStore,
  type WebStorage,
} from './tokens.ts';
export type * from './openapi.ts';
