import { Injectable } from '@nestjs/common';
import { Cursors } from '../platform/lists/cursors.js';
import type { PublicAnswer } from '../platform/http/public-reads/prepared-answer.js';
import { Tails } from '../platform/lists/tails.js';
import { OldSlugs } from './old-slugs.js';
import { SORT_KEYS } from './post.sql.js';
import { PostMoved } from './posts.errors.js';
import { PublicPostsRepository } from './public-posts.repository.js';
import { type ListPostsQuery, usualFilter } from './post-lists.schemas.js';

/** Returns public posts as JSON. Each read can run several times. */
@Injectable()
export class PublicPostsService {
  constructor(
    private readonly posts: PublicPostsRepository,
    private readonly oldSlugs: OldSlugs,
    private readonly cursors: Cursors,
    private readonly tails: Tails,
  ) {}

  /** @throws InvalidCursor */
  list(query: ListPostsQuery): () => Promise<PublicAnswer> {
    const start = this.cursors.start('posts', query, usualFilter(query.filter));
    const read = this.posts.page(query, start);
    const { authorId, parentId, tag } = query.filter;
    const isOfNames = [authorId, parentId, tag].some((names) => names !== undefined);
    const asked = { query, key: SORT_KEYS[query.sort.key], start };
    return async () => {
      const { items, last, isCut } = await this.tails.read(asked, read);
      const nextCursor = this.cursors.next('posts', query, last);
      return {
        body: `{"data":[${items}],"meta":{"nextCursor":${JSON.stringify(nextCursor)}}}`,
        nextCursor,
        // Callers can invent any number of authors, parents and tags without posts.
        ...((isCut || (items === '' && isOfNames)) && { isFleeting: true }),
      };
    };
  }

  /**
   * Returns null if it does not exist or is not public.
   * @throws PostMoved, which is never cached: the post can move again
   */
  async get(idOrSlug: string): Promise<PublicAnswer | null> {
    const answer = await this.posts.one(idOrSlug);
    if (answer) return answer;
    const elsewhere = await this.oldSlugs.whereIs(idOrSlug, null);
    if (elsewhere instanceof PostMoved) throw elsewhere;
    return null;
  }
}
