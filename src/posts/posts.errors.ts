import { Moved } from '../platform/errors/moved.js';
import { API_PATH } from '../platform/http/routes/api-path.js';
import { ValidationFailed } from '../platform/errors/request-problems.js';
import { Conflict, NotFound } from '../platform/errors/problem.js';
import { messageOf } from '../platform/errors/thrown.js';

export class PostNotFound extends NotFound {
  static override readonly code = 'post_not_found';
  static override readonly title = 'Post not found';
  static readonly advice =
    'Check the id or the slug. If the post is not published, log in as its author or as an editor.';
  constructor(idOrSlug: string) {
    super(`No post with the id or slug ${idOrSlug} exists, or you may not read it.`);
  }
}

/** The post has another slug by now. */
export class PostMoved extends Moved {
  constructor(slug: string) {
    super(`${API_PATH}/posts/${encodeURIComponent(slug)}`);
  }
}

/**
 * This problem is also returned if the other post is hidden from the caller. It reveals that some post has the
 * slug, but nothing else about it. Silently using another slug would break the link that the caller requested, and
 * would reveal the same.
 */
export class SlugTaken extends Conflict {
  static override readonly code = 'slug_taken';
  static override readonly title = 'The slug is taken';
  static readonly advice =
    'Choose another slug. For a new post you can omit it: the server then creates one from the title. Restore a revision with `fields` that do not contain `slug`.';
  /** @param wayOut what the request can do instead */
  constructor(
    private readonly slug: string,
    wayOut = 'Choose another slug, or omit it to keep the present one.',
  ) {
    super(`Another post has or had the slug ${slug}. ${wayOut}`);
  }

  /** For `catch` of a request that gives no slug itself. */
  static readonly instead =
    (wayOut: string) =>
    (error: unknown): never => {
      throw error instanceof SlugTaken ? new SlugTaken(error.slug, wayOut) : error;
    };
}

export class PostAlreadyPublished extends Conflict {
  static override readonly code = 'post_already_published';
  static override readonly title = 'The post is already published';
  static readonly advice =
    'Nothing is left to do, because the post is public. Read it again to show its current state.';
  constructor(id: string) {
    super(`Post ${id} is already published.`);
  }
}

export class PostArchived extends Conflict {
  static override readonly code = 'post_archived';
  static override readonly title = 'The post is archived';
  static readonly advice = 'Restore the post first, or read it again to show its current state.';
  constructor(id: string) {
    super(`Post ${id} is archived.`);
  }
}

export class PostNotPublished extends Conflict {
  static override readonly code = 'post_not_published';
  static override readonly title = 'The post is not published';
  static readonly advice =
    'Read the post again to show its current state. You can unpublish only published and scheduled posts.';
  constructor(id: string) {
    super(`Post ${id} is not published.`);
  }
}

export class PostNotArchived extends Conflict {
  static override readonly code = 'post_not_archived';
  static override readonly title = 'The post is not archived';
  static readonly advice =
    'Read the post again to show its current state. You can restore only archived posts.';
  constructor(id: string) {
    super(`Post ${id} is not archived. You can restore only archived posts.`);
  }
}

export class PageCycle extends Conflict {
  static override readonly code = 'page_cycle';
  static override readonly title = 'The pages would form a circle';
  static readonly advice = 'Choose a parent that is not below the page.';
  constructor(id: string, parentId: string) {
    super(`Page ${parentId} is below page ${id}, so it cannot be its parent. Choose another parent.`);
  }
}

export class PageHasChildren extends Conflict {
  static override readonly code = 'page_has_children';
  static override readonly title = 'The page has pages below it';
  static readonly advice = 'Give the pages below it another parent first, or none.';
  constructor(id: string) {
    super(`Page ${id} is the parent of other pages, so it must stay a page. Move these pages first.`);
  }
}

/** A time that must be in the future is not, by the clock of the database. */
export const notInFuture = (path: string) =>
  new ValidationFailed([{ path, code: 'not_in_future', message: 'must be a time in the future' }]);

/** The transaction that should have published these scheduled posts failed. It never reaches a client. */
export class CannotPublish extends Error {
  constructor(
    readonly ids: string[],
    override readonly cause: unknown,
  ) {
    super(`cannot publish the scheduled post ${ids.join(', ')}: ${messageOf(cause)}`, { cause });
    this.name = 'CannotPublish';
  }
}
