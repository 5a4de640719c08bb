import { Conflict, NotFound } from '../platform/errors/problem.js';

export class PostNotFound extends NotFound {
  static override readonly code = 'post_not_found';
  static override readonly title = 'No such post';
  constructor(idOrSlug: string) {
    super(`There is no post ${idOrSlug}`);
  }
}

/**
 * Also when the other post is hidden from the caller: it tells that some post has the slug, and nothing of that post.
 * Quietly giving another slug would break the link that the caller asked for, and would tell the same.
 */
export class SlugTaken extends Conflict {
  static override readonly code = 'slug_taken';
  static override readonly title = 'The slug is taken';
  constructor(slug: string) {
    super(
      `Another post has the slug ${slug}. Choose another slug, or omit it to have one made from the title`,
    );
  }
}

export class PostAlreadyPublished extends Conflict {
  static override readonly code = 'post_already_published';
  static override readonly title = 'The post is public already';
  constructor(id: string) {
    super(`Post ${id} is already public`);
  }
}

export class PostArchived extends Conflict {
  static override readonly code = 'post_archived';
  static override readonly title = 'The post is archived';
  constructor(id: string) {
    super(`Post ${id} is archived: restore it first`);
  }
}

export class PostNotPublished extends Conflict {
  static override readonly code = 'post_not_published';
  static override readonly title = 'The post is not public';
  constructor(id: string) {
    super(`Post ${id} is not public`);
  }
}

export class PostNotArchived extends Conflict {
  static override readonly code = 'post_not_archived';
  static override readonly title = 'The post is not archived';
  constructor(id: string) {
    super(`Post ${id} is not archived`);
  }
}
