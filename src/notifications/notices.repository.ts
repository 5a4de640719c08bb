import { Injectable } from '@nestjs/common';
import { COMMENTS } from '../comments/comments.access.js';
import { Database, sql } from '../platform/database/database.js';
import { type Role, ROLES } from '../platform/http/access/principal.js';
import type { Id } from '../platform/schemas/schemas.js';
import type { NotificationKind } from './notification-kinds.js';

/** A post whose followers receive notices. */
export interface PublishedPost {
  id: Id;
  authorId: Id;
}

/** A comment, as far as notices depend on it. */
export interface NotedComment {
  id: Id;
  postId: Id;
  authorId: Id | null;
  postAuthorId: Id;
  /** Null if the comment is no reply, or the account no longer exists. */
  parentAuthorId: Id | null;
  body: string;
  status: string;
  /** True if notices about it may have been deleted because of their age. */
  isOld: boolean;
}

/** An account, and a post on which it may have commented. */
export interface OnPost {
  postId: Id;
  id: Id;
}

export interface Recipient {
  userId: Id;
  kind: NotificationKind;
}

/** What an insert has done. */
export interface Inserted {
  count: number;
  /** The accounts that want a message at once. */
  immediate: Recipient[];
}

/** A part of the followers. */
export interface Batch extends Inserted {
  /** The last follower of the part, or null if there was none. */
  last: Id | null;
  /** True if more followers can follow. */
  isFull: boolean;
}

interface OfEvent {
  eventId: Id;
  /** Whether this deployment sends such messages. */
  sendsMail: boolean;
}

const rolesFrom = (role: Role): Role[] => ROLES.slice(ROLES.indexOf(role));

@Injectable()
export class NoticesRepository {
  constructor(private readonly database: Database) {}

  /** Returns the author of a post, or undefined if it no longer exists. Reads posts. */
  async post(id: Id): Promise<PublishedPost | undefined> {
    const rows = await this.database.query<PublishedPost>(
      sql`SELECT id, author_id AS "authorId" FROM posts WHERE id = ${id}`,
    );
    return rows[0];
  }

  /** Returns undefined if the comment no longer exists. Reads comments and posts. */
  async comment(id: Id, retentionDays: number): Promise<NotedComment | undefined> {
    const rows = await this.database.query<NotedComment>(sql`
      SELECT c.id, c.post_id AS "postId", c.author_id AS "authorId", p.author_id AS "postAuthorId",
        above.author_id AS "parentAuthorId", c.body, c.status,
        c.created_at < now() - make_interval(days => ${retentionDays}) AS "isOld"
      FROM comments c JOIN posts p ON p.id = c.post_id LEFT JOIN comments above ON above.id = c.parent_id
      WHERE c.id = ${id}`);
    return rows[0];
  }

  /** Returns those of the accounts that wrote a visible comment on the post. Reads comments. */
  commenters(among: OnPost[]): Promise<OnPost[]> {
    return this.database.query(sql`
      SELECT DISTINCT given.post_id AS "postId", given.id
      FROM unnest(${among.map(({ postId }) => postId)}::uuid[], ${among.map(({ id }) => id)}::uuid[]) AS given(post_id, id)
      WHERE EXISTS (SELECT 1 FROM comments c
        WHERE c.author_id = given.id AND c.post_id = given.post_id AND c.status = 'visible')`);
  }

  /** Returns the active accounts that can moderate comments on posts of this author. Reads users. */
  async moderators(postAuthorId: Id): Promise<Id[]> {
    const rows = await this.database.query<{ id: Id }>(sql`
      SELECT id FROM users WHERE role = ANY(${rolesFrom(COMMENTS.moderate.all)}) AND active
      UNION
      SELECT id FROM users WHERE id = ${postAuthorId} AND role = ANY(${rolesFrom(COMMENTS.moderate.own)}) AND active`);
    return rows.map(({ id }) => id);
  }

  /**
   * Inserts the notices of the next followers, in the order of the primary key of follows. Who has followed since the
   * publication, who is disabled and who wants no such notice has none. Reads follows and users.
   */
  async insertForFollowers(
    { id, authorId }: PublishedPost,
    { eventId, sendsMail }: OfEvent,
    { occurredAt, except, after, most }: { occurredAt: string; except: Id[]; after: Id; most: number },
  ): Promise<Batch> {
    const [row] = await this.database.query<Omit<Batch, 'immediate'> & { immediate: Id[] }>(sql`
      WITH part AS (
        SELECT follower_id, created_at FROM follows
        WHERE followed_id = ${authorId} AND follower_id > ${after} ORDER BY follower_id LIMIT ${most}
      ), made AS (
        INSERT INTO notifications (id, user_id, kind, event_id, post_id, in_app, awaits_digest)
        SELECT galley_uuidv7(clock_timestamp()), u.id, 'post_published', ${eventId}::uuid, ${id}::uuid,
          coalesce(p.app, true),
          ${sendsMail} AND coalesce(p.email = 'daily', false)
        FROM part JOIN users u ON u.id = part.follower_id AND u.active
          LEFT JOIN notification_preferences p ON p.user_id = u.id AND p.kind = 'post_published'
        WHERE part.created_at <= ${occurredAt} AND u.id <> ALL(${except}::uuid[])
          AND (coalesce(p.app, true) OR (${sendsMail} AND p.email <> 'off'))
        ON CONFLICT (event_id, user_id) DO NOTHING
        RETURNING user_id
      )
      SELECT (SELECT count(*) FROM made)::int AS count, (SELECT count(*) = ${most} FROM part) AS "isFull",
        (SELECT follower_id FROM part ORDER BY follower_id DESC LIMIT 1) AS last,
        ARRAY(SELECT m.user_id FROM made m JOIN notification_preferences p
          ON p.user_id = m.user_id AND p.kind = 'post_published' AND p.email = 'immediate') AS immediate`);
    const { immediate, ...rest } = row as Omit<Batch, 'immediate'> & { immediate: Id[] };
    return { ...rest, immediate: immediate.map((userId) => ({ userId, kind: 'post_published' })) };
  }

  /**
   * Inserts notices about a comment. An account that has one already, of any of these kinds, receives no second one.
   * Of several kinds of one account, the first one that it wants by mail wins, at once before daily, and then the first one
   * that it wants in the app. So what it has switched off for one kind does not suppress another one. Reads users.
   */
  async insertForComment(
    { id, postId }: NotedComment,
    { eventId, sendsMail }: OfEvent,
    recipients: Recipient[],
  ): Promise<Inserted> {
    const [row] = await this.database.query<Inserted>(sql`
      WITH wanted AS (
        SELECT DISTINCT ON (u.id) u.id AS user_id, given.kind,
          bool_or(coalesce(p.app, true)) OVER (PARTITION BY u.id) AS app, coalesce(p.email, 'off') AS email
        FROM unnest(${recipients.map(({ userId }) => userId)}::uuid[], ${recipients.map(({ kind }) => kind)}::text[])
            WITH ORDINALITY AS given(user_id, kind, place)
          JOIN users u ON u.id = given.user_id AND u.active
          LEFT JOIN notification_preferences p ON p.user_id = u.id AND p.kind = given.kind
        WHERE NOT EXISTS (SELECT 1 FROM notifications n WHERE n.comment_id = ${id} AND n.user_id = given.user_id
          AND (n.kind = 'comment_pending') = (given.kind = 'comment_pending'))
        ORDER BY u.id, CASE WHEN ${sendsMail} THEN array_position(ARRAY['immediate', 'daily'], p.email) END,
          coalesce(p.app, true) DESC, given.place
      ), made AS (
        INSERT INTO notifications (id, user_id, kind, event_id, post_id, comment_id, in_app, awaits_digest)
        SELECT galley_uuidv7(clock_timestamp()), user_id, kind, ${eventId}::uuid, ${postId}::uuid, ${id}::uuid, app,
          ${sendsMail} AND email = 'daily'
        FROM wanted WHERE app OR (${sendsMail} AND email <> 'off')
        ON CONFLICT (event_id, user_id) DO NOTHING
        RETURNING user_id
      )
      SELECT (SELECT count(*) FROM made)::int AS count,
        (SELECT coalesce(json_agg(json_build_object('userId', user_id, 'kind', kind)), '[]')
          FROM made JOIN wanted USING (user_id) WHERE email = 'immediate') AS immediate`);
    return row as Inserted;
  }

  /** Deletes the notices that a comment waits for moderation, because it was moderated or waits again. */
  async deletePending(commentId: Id): Promise<void> {
    await this.database.query(
      sql`DELETE FROM notifications WHERE comment_id = ${commentId} AND kind = 'comment_pending'`,
    );
  }
}
