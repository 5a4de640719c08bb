import type { CallOptions, Http } from './http.ts';
import type { List } from './list.ts';
import { type Listed, listOf, type Query } from './listed.ts';
import type { Post, RestoreRevision, Revision, RevisionDiff, RevisionListItem } from './openapi.ts';
import { conditionOf, pathOf, type Versioned } from './target.ts';

type Item = Required<RevisionListItem>;

/** The history of a post, for those who may edit it. */
export class Revisions {
  readonly #http: Http;

  constructor(http: Http) {
    this.#http = http;
  }

  /** Lists the revisions of a post, the newest first. */
  list<const Given extends Query<'listRevisions'>>(
    post: Versioned<'id'>,
    query?: Given,
    options?: CallOptions,
  ): List<Listed<Item, 'number', Given>> {
    return listOf(this.#http, `${pathOf('posts', post)}/revisions`, query ?? {}, options);
  }

  get(post: Versioned<'id'>, number: number, options?: CallOptions): Promise<Revision> {
    return this.#http.request('GET', pathOfRevision(post, number), options);
  }

  /** Compares a revision with the one before it, or with `against`. */
  diff(
    post: Versioned<'id'>,
    number: number,
    { against, ...options }: Query<'diffRevision'> & CallOptions = {},
  ): Promise<RevisionDiff> {
    return this.#http.request('GET', `${pathOfRevision(post, number)}/diff`, {
      ...options,
      query: { against },
    });
  }

  /** Gives the post the content of a revision, or some fields of it, as a new version. */
  restore(
    post: Versioned<'id'>,
    number: number,
    { fields, note }: RestoreRevision = {},
    { draft, ...options }: Query<'restoreRevision'> & CallOptions = {},
  ): Promise<Post> {
    return this.#http.request('POST', `${pathOfRevision(post, number)}/restore`, {
      ...conditionOf(post, options),
      query: { draft },
      body: { fields, note },
    });
  }
}

const pathOfRevision = (post: Versioned<'id'>, number: number) =>
  `${pathOf('posts', post)}/revisions/${number}`;
