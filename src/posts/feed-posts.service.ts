import { Injectable } from '@nestjs/common';
import { Cursors, lastOf } from '../platform/lists/cursors.js';
import type { Id, Page } from '../platform/schemas/schemas.js';
import { type FeedPost, FeedPostsRepository } from './feed-posts.repository.js';
import { POST_LISTS } from './posts.cache-tags.js';
import type { ListPostsQuery } from './post-lists.schemas.js';

export type { FeedPost } from './feed-posts.repository.js';

/** The tags of cached responses that contain public posts with the names of their authors and tags. */
export const TAGS_OF_FEEDS = [POST_LISTS, 'users', 'tags'];

/** Which posts a feed contains. */
export interface FeedQuery {
  /** The slug of a tag. */
  tag?: string;
  authorId?: Id;
  cursor?: string;
  limit: number;
}

/** Public posts for feeds, the latest first. */
@Injectable()
export class FeedPostsService {
  constructor(
    private readonly posts: FeedPostsRepository,
    private readonly cursors: Cursors,
  ) {}

  /**
   * @param isWhole false for excerpts only
   * @returns a function that reads the page, which can run several times
   * @throws InvalidCursor
   */
  page(asked: FeedQuery, isWhole: boolean): () => Promise<Page<FeedPost>> {
    const query = listOf(asked);
    const start = this.cursors.start('feed', query);
    return async () => {
      const rows = await this.posts.page(query, start, isWhole);
      return this.cursors.page('feed', query, rows, lastOf(query, rows));
    };
  }
}

const listOf = ({ tag, authorId, cursor, limit }: FeedQuery): ListPostsQuery => ({
  ...{ limit, cursor, page: undefined, fields: undefined, include: [], q: undefined },
  sort: { key: 'publishedAt', descending: true },
  filter: {
    ...(tag !== undefined && { tag: [tag] }),
    ...(authorId !== undefined && { authorId: [authorId] }),
  },
});
