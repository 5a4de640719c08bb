import type { CallOptions, Http } from './http.ts';
import type { List } from './list.ts';
import { type Listed, listOf, type Query } from './listed.ts';
import type { CreateTag, MergeTag, Tag, UpdateTag } from './openapi.ts';
import { conditionOf, pathOf, type Versioned } from './target.ts';

/** The tags that posts share. */
export class Tags {
  readonly #http: Http;

  constructor(http: Http) {
    this.#http = http;
  }

  list<const Given extends Query<'listTags'>>(
    query?: Given,
    options?: CallOptions,
  ): List<Listed<Tag, 'slug', Given>> {
    return listOf(this.#http, '/tags', query ?? {}, options);
  }

  get(slug: string, options?: CallOptions): Promise<Tag> {
    return this.#http.request('GET', pathOf('tags', slug), options);
  }

  create(tag: CreateTag, options?: CallOptions): Promise<Tag> {
    return this.#http.request('POST', '/tags', { ...options, body: tag });
  }

  update(tag: Versioned<'slug'>, changes: UpdateTag, options: CallOptions = {}): Promise<Tag> {
    const condition = conditionOf(tag, options);
    return this.#http.request('PATCH', pathOf('tags', tag, 'slug'), { ...condition, body: changes });
  }

  /** Deletes a tag and removes it from all posts. */
  delete(tag: Versioned<'slug'>, options: CallOptions = {}): Promise<void> {
    return this.#http.request('DELETE', pathOf('tags', tag, 'slug'), conditionOf(tag, options));
  }

  /** Gives the posts of a tag another tag, and deletes the first one. */
  merge(tag: Versioned<'slug'>, into: MergeTag, options: CallOptions = {}): Promise<Tag> {
    const condition = conditionOf(tag, options);
    return this.#http.request('POST', `${pathOf('tags', tag, 'slug')}/merge`, { ...condition, body: into });
  }
}
