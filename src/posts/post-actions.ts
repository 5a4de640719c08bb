import type { Sql } from 'sql-template-tag';
import { sql } from '../platform/database/database.js';
import type { Problem } from '../platform/errors/problem.js';
import type { PostAuditAction } from './posts.audit.js';
import type { PostEvent } from './posts.events.js';
import { PostAlreadyPublished, PostArchived, PostNotArchived, PostNotPublished } from './posts.errors.js';
import type { PostStatus } from './post-fields.schemas.js';

/** One row of the table of actions. */
export interface Action {
  from: readonly PostStatus[];
  changes: Sql;
  /** True if a private edit becomes a part of the post. */
  publishes?: true;
  /** The time at which the post is published, if it is an action with a time. */
  at?: string;
  event: PostEvent;
  /** The action of its entry in the audit log. */
  audit: PostAuditAction;
  /** The problem if the status of the post does not permit the action. */
  otherwise: (id: string, status: PostStatus) => Problem;
}

/** The actions on a post, the statuses from which each one is permitted, and the problem for the others. */
export const POST_ACTIONS = {
  publish: {
    from: ['draft', 'scheduled'],
    changes: sql`status = 'published', published_at = coalesce(published_at, now()), scheduled_at = NULL`,
    publishes: true,
    event: 'post.published',
    audit: 'post.published',
    otherwise: (id, status) => (status === 'archived' ? new PostArchived(id) : new PostAlreadyPublished(id)),
  },
  unpublish: {
    from: ['published', 'scheduled'],
    changes: sql`status = 'draft', scheduled_at = NULL`,
    event: 'post.unpublished',
    audit: 'post.unpublished',
    otherwise: (id) => new PostNotPublished(id),
  },
  archive: {
    from: ['draft', 'scheduled', 'published'],
    changes: sql`status = 'archived', scheduled_at = NULL`,
    event: 'post.archived',
    audit: 'post.archived',
    otherwise: (id) => new PostArchived(id),
  },
  restore: {
    from: ['archived'],
    changes: sql`status = 'draft'`,
    event: 'post.updated',
    audit: 'post.restored',
    otherwise: (id) => new PostNotArchived(id),
  },
} as const satisfies Record<string, Action>;

export type PostAction = keyof typeof POST_ACTIONS;

/** Scheduling is an action with a time. Scheduling again moves the post to another time. */
export const scheduleAt = (at: string): Action => ({
  from: ['draft', 'scheduled'],
  changes: sql`status = 'scheduled', scheduled_at = ${at}`,
  at,
  publishes: true,
  event: 'post.scheduled',
  audit: 'post.scheduled',
  otherwise: (id, status) => (status === 'archived' ? new PostArchived(id) : new PostAlreadyPublished(id)),
});
