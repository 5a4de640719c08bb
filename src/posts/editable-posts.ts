import { Injectable } from '@nestjs/common';
import { NotAllowed } from '../platform/errors/caller-problems.js';
import type { Principal } from '../platform/http/access/principal.js';
import type { LockedPost } from './post-rows.js';
import { PostWritesRepository } from './post-writes.repository.js';
import { mayEditPostsOf } from './posts.access.js';
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
    return checked(await this.posts.lock(idOrSlug, by), idOrSlug, by, 'change it');
  }

  /**
   * Returns a post whose history the caller may see: those who may change it.
   * @param deed what the caller wants to do, for the problem
   * @throws PostNotFound, NotAllowed
   */
  async look(idOrSlug: string, by: Principal, deed = 'change it'): Promise<LockedPost> {
    return checked(await this.posts.look(idOrSlug, by), idOrSlug, by, deed);
  }
}

function checked(post: LockedPost | undefined, idOrSlug: string, by: Principal, deed: string): LockedPost {
  if (!post) throw new PostNotFound(idOrSlug);
  if (!mayEditPostsOf(post.authorId, by))
    throw new NotAllowed(`Only the author of the post, editors and admins may ${deed}.`);
  return post;
}
