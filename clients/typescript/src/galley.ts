/** The client of a Galley server: `new Galley('https://api.example.com')`. */
import { Audit } from './audit.ts';
import { Auth } from './auth.ts';
import { ChangeFeed } from './changes.ts';
import { Comments } from './comments.ts';
import { Events } from './events.ts';
import { type ClientOptions, Http, type RequestOptions } from './http.ts';
import { Jobs } from './jobs.ts';
import { Notifications } from './notifications.ts';
import { Posts } from './posts.ts';
import { Revisions } from './revisions.ts';
import { Tags } from './tags.ts';
import { Users } from './users.ts';
import { Webhooks } from './webhooks.ts';

export class Galley {
  readonly auth: Auth;
  readonly posts: Posts;
  readonly revisions: Revisions;
  readonly comments: Comments;
  readonly tags: Tags;
  readonly users: Users;
  readonly notifications: Notifications;
  readonly audit: Audit;
  readonly changes: ChangeFeed;
  readonly events: Events;
  readonly jobs: Jobs;
  readonly webhooks: Webhooks;
  readonly #http: Http;

  /** @param url the address of the server, without `/api/v1` */
  constructor(url: string, options: ClientOptions = {}) {
    this.#http = new Http(url, options);
    this.auth = new Auth(this.#http);
    this.posts = new Posts(this.#http);
    this.revisions = new Revisions(this.#http);
    this.comments = new Comments(this.#http);
    this.tags = new Tags(this.#http);
    this.users = new Users(this.#http);
    this.notifications = new Notifications(this.#http);
    this.audit = new Audit(this.#http);
    this.changes = new ChangeFeed(this.#http);
    this.events = new Events(this.#http);
    this.jobs = new Jobs(this.#http);
    this.webhooks = new Webhooks(this.#http);
  }

  /**
   * Sends a request that has no method of its own, with the same retries, tokens and errors.
   * @param path the path below `/api/v1`
   */
  request<T>(method: string, path: string, options?: RequestOptions): Promise<T> {
    return this.#http.request<T>(method, path, options);
  }
}

export { type ChangeOf, type Changes, isChangeOf } from './changes.ts';
export { ConnectionError, GalleyError, ProblemError, SessionChangedError } from './errors.ts';
export type { Received } from './events.ts';
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
