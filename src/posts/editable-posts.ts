import { Injectable } from '@nestjs/common';
import { NotAllowed } from '../platform/errors/caller-problems.js';
import { mayAll } from '../platform/http/access/access.js';
import type { Principal } from '../platform/http/access/principal.js';
import type { LockedPost } from './post-rows.js';
import { PostWritesRepository } from './post-writes.repository.js';
import { POSTS } from './posts.access.js';
import { PostNotFound } from './posts.errors.js';

/** The posts that a caller may change. */
@Injectable()
export class EditablePosts {
  constructor(private readonly posts: PostWritesRepository) {}

  /**
   * A post that the caller cannot see does not exist for them. A post that they can see but may not change is
   * rejected.
   * @throws PostNotFound, NotAllowed
   */
  async lock(idOrSlug: string, by: Principal): Promise<LockedPost> {
    const post = await this.posts.lock(idOrSlug, by);
    if (!post) throw new PostNotFound(idOrSlug);
    if (post.authorId !== by.id && !mayAll(by, POSTS.edit))
      throw new NotAllowed('Only the author of the post, editors and admins may change it.');
    return post;
  }
}
