import type { Problem } from '../platform/errors/problem.js';
import type { CreatePost } from './post-requests.schemas.js';
import type { NewPost } from './post-rows.js';

/** A request for a new post whose body has been rendered. */
export interface RenderedRequest {
  request: CreatePost;
  post: Omit<NewPost, 'slug'>;
}

/** Some of the new posts cannot be created, so that the transaction must be rolled back. It never reaches a client. */
export class NewPostsRefused extends Error {
  /** @param problems the problem of each of these posts */
  constructor(readonly problems: ReadonlyMap<RenderedRequest, Problem>) {
    super(`${problems.size} new posts are refused`);
    this.name = 'NewPostsRefused';
  }
}
