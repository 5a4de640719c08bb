import type { CallOptions, Http } from './http.ts';
import type { List } from './list.ts';
import { type Listed, listOf, type Query } from './listed.ts';
import type { Comment, CreateComment, ModerateComment, UpdateComment } from './openapi.ts';
import { conditionOf, pathOf, type Versioned } from './target.ts';

/** The comments of posts. */
export class Comments {
  readonly #http: Http;

  constructor(http: Http) {
    this.#http = http;
  }

  /** Lists the comments of a post, oldest first. `parentId` names the comment that each one replies to. */
  list<const Given extends Query<'listComments'>>(
    post: string | { id: string },
    query?: Given,
    options?: CallOptions,
  ): List<Listed<Comment, 'id', Given>> {
    return listOf(this.#http, `${pathOf('posts', post)}/comments`, query ?? {}, options);
  }

  get(id: string, options?: CallOptions): Promise<Comment> {
    return this.#http.request('GET', pathOf('comments', id), options);
  }

  /** Writes a comment, or a reply if it has a `parentId`. */
  create(post: string | { id: string }, comment: CreateComment, options?: CallOptions): Promise<Comment> {
    return this.#http.request('POST', `${pathOf('posts', post)}/comments`, { ...options, body: comment });
  }

  update(comment: Versioned<'id'>, changes: UpdateComment, options: CallOptions = {}): Promise<Comment> {
    const condition = conditionOf(comment, options);
    return this.#http.request('PATCH', pathOf('comments', comment), { ...condition, body: changes });
  }

  /** Deletes a comment. A comment with replies remains without its text and author. */
  delete(comment: Versioned<'id'>, options: CallOptions = {}): Promise<void> {
    return this.#http.request('DELETE', pathOf('comments', comment), conditionOf(comment, options));
  }

  /** Shows, hides or holds back a comment. */
  moderate(comment: Versioned<'id'>, to: ModerateComment, options: CallOptions = {}): Promise<Comment> {
    const condition = conditionOf(comment, options);
    return this.#http.request('POST', `${pathOf('comments', comment)}/moderate`, { ...condition, body: to });
  }
}
