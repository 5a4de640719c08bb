import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import type { NotificationKind } from './notification-kinds.js';

const KINDS = `"kind" IN ('post_published', 'comment_reply', 'comment_mention', 'comment_on_post', 'comment_pending')`;

/** Tells one account about one fact. Who did it is the author of the comment, or of the post if there is no comment. */
@Entity('notifications')
@Check('notifications_kind_check', KINDS)
@Index('notifications_event_id_key', ['eventId', 'userId'], { unique: true })
@Index('notifications_user_id_idx', ['userId', 'createdAt', 'id'])
@Index('notifications_unread_idx', ['userId', 'createdAt', 'id'], { where: 'in_app AND read_at IS NULL' })
@Index('notifications_digest_idx', ['userId', 'createdAt'], { where: 'awaits_digest' })
@Index('notifications_comment_id_idx', ['commentId', 'userId'], { where: 'comment_id IS NOT NULL' })
export class Notification {
  /** A UUIDv7 of the time of the insert, by which old rows are found. */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'notifications_pkey' })
  id!: string;

  @ForeignKey('User', { name: 'notifications_user_id_fkey', onDelete: 'CASCADE' })
  @Column('uuid', { name: 'user_id' })
  userId!: string;

  @Column('text')
  kind!: NotificationKind;

  /** The event that the notice reports. */
  @Column('uuid', { name: 'event_id' })
  eventId!: string;

  /** It may no longer exist. Then the notice is not shown. */
  @Column('uuid', { name: 'post_id' })
  postId!: string;

  /** Null for the kind `post_published`. It may no longer exist. Then the notice is not shown. */
  @Column('uuid', { name: 'comment_id', nullable: true })
  commentId!: string | null;

  /** False if the account wants this kind by mail only. */
  @Column('boolean', { name: 'in_app' })
  inApp!: boolean;

  /** True until a daily message contains the notice. */
  @Column('boolean', { name: 'awaits_digest' })
  awaitsDigest!: boolean;

  @Column('timestamptz', { name: 'read_at', nullable: true })
  readAt!: string | null;

  /** Only one process inserts at a time, so the times have the order of the commits. */
  @Column('timestamptz', { name: 'created_at', default: () => 'clock_timestamp()' })
  createdAt!: string;
}
