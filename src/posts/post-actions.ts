import type { Sql } from 'sql-template-tag';
import { sql } from '../platform/database/database.js';
import type { Problem } from '../platform/errors/problem.js';
import { PostAlreadyPublished, PostArchived, PostNotArchived, PostNotPublished } from './posts.errors.js';
import type { PostStatus } from './posts.schemas.js';

/** One row of the table of actions. */
interface Action {
  from: readonly PostStatus[];
  changes: Sql;
  /** The problem if the status of the post does not permit the action. */
  otherwise: (id: string, status: PostStatus) => Problem;
}

/** The actions on a post, the statuses from which each one is permitted, and the problem for the others. */
export const POST_ACTIONS = {
  publish: {
    from: ['draft', 'scheduled'],
    changes: sql`status = 'published', published_at = coalesce(published_at, now()), scheduled_at = NULL`,
    otherwise: (id, status) => (status === 'archived' ? new PostArchived(id) : new PostAlreadyPublished(id)),
  },
  unpublish: {
    from: ['published', 'scheduled'],
    changes: sql`status = 'draft', scheduled_at = NULL`,
    otherwise: (id) => new PostNotPublished(id),
  },
  archive: {
    from: ['draft', 'scheduled', 'published'],
    changes: sql`status = 'archived', scheduled_at = NULL`,
    otherwise: (id) => new PostArchived(id),
  },
  restore: {
    from: ['archived'],
    changes: sql`status = 'draft'`,
    otherwise: (id) => new PostNotArchived(id),
  },
} as const satisfies Record<string, Action>;

export type PostAction = keyof typeof POST_ACTIONS;
