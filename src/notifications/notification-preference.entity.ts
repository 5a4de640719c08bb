import { Check, Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import type { EmailChoice, NotificationKind } from './notification-kinds.js';

const KINDS = `"kind" IN ('post_published', 'comment_reply', 'comment_mention', 'comment_on_post', 'comment_pending')`;

/** What an account wants to hear of, if it differs from the default. */
@Entity('notification_preferences')
@Check('notification_preferences_kind_check', KINDS)
@Check('notification_preferences_email_check', `"email" IN ('off', 'immediate', 'daily')`)
export class NotificationPreference {
  @ForeignKey('User', { name: 'notification_preferences_user_id_fkey', onDelete: 'CASCADE' })
  @PrimaryColumn('uuid', { name: 'user_id', primaryKeyConstraintName: 'notification_preferences_pkey' })
  userId!: string;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'notification_preferences_pkey' })
  kind!: NotificationKind;

  @Column('boolean')
  app!: boolean;

  @Column('text')
  email!: EmailChoice;
}
