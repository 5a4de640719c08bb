import { Injectable } from '@nestjs/common';
import { Cursors } from '../platform/http/cursors.js';
import type { PublicAnswer } from '../platform/http/prepared-answer.js';
import { PublicPostsRepository } from './public-posts.repository.js';
import type { ListPostsQuery } from './posts.schemas.js';

/** Posts as everybody may see them, as JSON. Each read may be repeated. */
@Injectable()
export class PublicPostsService {
  constructor(
    private readonly posts: PublicPostsRepository,
    private readonly cursors: Cursors,
  ) {}

  /** @throws InvalidCursor */
  list(query: ListPostsQuery): () => Promise<PublicAnswer> {
    const read = this.posts.page(query, this.cursors.start('posts', query));
    return async () => {
      const { items, last } = await read();
      const nextCursor = this.cursors.next('posts', query, last);
      return {
        body: `{"data":[${items}],"meta":{"nextCursor":${JSON.stringify(nextCursor)}}}`,
        ...(nextCursor !== null && { nextCursor }),
      };
    };
  }

  /** Null when it is absent or not public. */
  get(idOrSlug: string): () => Promise<PublicAnswer | null> {
    return this.posts.one(idOrSlug);
  }
}
