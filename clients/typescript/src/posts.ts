import type { CallOptions, Http } from './http.ts';
import type { List } from './list.ts';
import { type Listed, listOf, type Query } from './listed.ts';
import type {
  BulkOperation,
  BulkResult,
  BulkResults,
  CreatePost,
  ImportReport,
  Post,
  SchedulePost,
  UpdatePost,
} from './openapi.ts';
import type { Body } from './reply.ts';
import { conditionOf, pathOf, type Versioned } from './target.ts';

const IMPORT_MS = 600_000;

/** Posts and pages. */
export class Posts {
  readonly #http: Http;

  constructor(http: Http) {
    this.#http = http;
  }

  /** Lists posts. Without a filter, these are published posts, newest first. */
  list<const Given extends Query<'listPosts'>>(
    query?: Given,
    options?: CallOptions,
  ): List<Listed<Post, 'id', Given>> {
    return listOf(this.#http, '/posts', query ?? {}, options);
  }

  /** With `draft`, returns the post with its private edit, as its readers will see it. */
  get(idOrSlug: string, { draft, ...options }: Query<'getPost'> & CallOptions = {}): Promise<Post> {
    return this.#http.request('GET', pathOf('posts', idOrSlug), { ...options, query: { draft } });
  }

  /** Creates a draft, or with `status` a published or scheduled post. */
  create(post: CreatePost, options?: CallOptions): Promise<Post> {
    return this.#http.request('POST', '/posts', { ...options, body: post });
  }

  /** Changes what `changes` names. Null clears a field. With `draft`, readers of a published post do not see it yet. */
  update(
    post: Versioned<'id'>,
    changes: UpdatePost,
    { draft, ...options }: Query<'updatePost'> & CallOptions = {},
  ): Promise<Post> {
    return this.#http.request('PATCH', pathOf('posts', post), {
      ...conditionOf(post, options),
      query: { draft },
      body: changes,
    });
  }

  /** Deletes a post with its comments. A deleted post cannot return. */
  delete(post: Versioned<'id'>, options: CallOptions = {}): Promise<void> {
    return this.#http.request('DELETE', pathOf('posts', post), conditionOf(post, options));
  }

  publish(post: Versioned<'id'>, options?: CallOptions): Promise<Post> {
    return this.#act(post, 'publish', options);
  }

  /** Ends the private edit of a post without publishing it. */
  discard(post: Versioned<'id'>, options?: CallOptions): Promise<Post> {
    return this.#act(post, 'discard', options);
  }

  unpublish(post: Versioned<'id'>, options?: CallOptions): Promise<Post> {
    return this.#act(post, 'unpublish', options);
  }

  /** Publishes a draft at a time in the future. `unpublish` cancels it. */
  schedule(post: Versioned<'id'>, at: string, options: CallOptions = {}): Promise<Post> {
    const body: SchedulePost = { at };
    return this.#http.request('POST', `${pathOf('posts', post)}/schedule`, {
      ...conditionOf(post, options),
      body,
    });
  }

  archive(post: Versioned<'id'>, options?: CallOptions): Promise<Post> {
    return this.#act(post, 'archive', options);
  }

  restore(post: Versioned<'id'>, options?: CallOptions): Promise<Post> {
    return this.#act(post, 'restore', options);
  }

  /**
   * Performs up to 100 operations, each of which can fail alone: read the status of each result. With `atomic`, all of them
   * are performed or none, and the first failure is thrown.
   */
  async bulk(
    operations: BulkOperation[],
    { atomic, ...options }: { atomic?: boolean } & CallOptions = {},
  ): Promise<BulkResult[]> {
    const body = { atomic, operations };
    const { results } = await this.#http.request<BulkResults>('POST', '/posts/bulk', { ...options, body });
    return results;
  }

  /** Imports a file of WordPress, Ghost or Galley. An attempt may take ten minutes. */
  import(
    file: Body,
    {
      format,
      strict,
      site,
      postLinks,
      pageLinks,
      dryRun,
      ...options
    }: Query<'importPosts'> & CallOptions = {},
  ): Promise<ImportReport> {
    return this.#http.request('POST', '/posts/import', {
      ...{ deadline: IMPORT_MS, timeout: IMPORT_MS, contentType: 'application/octet-stream' },
      ...options,
      query: { format, strict, site, postLinks, pageLinks, dryRun },
      body: file,
    });
  }

  #act(post: Versioned<'id'>, action: string, options: CallOptions = {}): Promise<Post> {
    return this.#http.request('POST', `${pathOf('posts', post)}/${action}`, conditionOf(post, options));
  }
}
