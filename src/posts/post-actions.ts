import type { Sql } from 'sql-template-tag';
import { sql } from '../platform/database/database.js';
import type { Problem } from '../platform/errors/problem.js';
import { PostAlreadyPublished, PostArchived, PostNotArchived, PostNotPublished } from './posts.errors.js';
import type { PostStatus } from './posts.schemas.js';

/** One line of the table of states. */
interface Action {
  from: readonly PostStatus[];
  changes: Sql;
  /** Why a post in this state cannot take the step. */
  otherwise: (id: string, status: PostStatus) => Problem;
}

/** What may be done with a post, from which state, and why not otherwise. */
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
