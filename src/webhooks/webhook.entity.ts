import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** Why Galley disabled a webhook: all attempts of five days failed, or the receiver returned 410. */
export const DISABLED_REASONS = ['failing', 'gone'] as const;
export type DisabledReason = (typeof DISABLED_REASONS)[number];

/** A secret that a rotation within the overlap of another one has replaced. */
export interface OlderSecret {
  /** Sealed with ENCRYPTION_KEY. */
  secret: string;
  /** RFC 3339 text. */
  until: string;
}

/** A receiver of events. */
@Entity('webhooks')
@Check('webhooks_disabled_reason_check', `"disabled_reason" IN ('failing', 'gone')`)
@Index('webhooks_created_at_idx', ['createdAt', 'id'])
@Index('webhooks_owner_id_idx', ['ownerId'])
export class Webhook {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'webhooks_pkey' })
  id!: string;

  /** The administrator who created it, and who hears if it is disabled. Null if the account is gone. */
  @ForeignKey('User', { name: 'webhooks_owner_id_fkey', onDelete: 'SET NULL' })
  @Column('uuid', { name: 'owner_id', nullable: true })
  ownerId!: string | null;

  @Column('text')
  url!: string;

  /** Types of events, and patterns such as `post.*`. */
  @Column('text', { array: true })
  events!: string[];

  @Column('text', { nullable: true })
  description!: string | null;

  @Column('boolean', { default: true })
  active!: boolean;

  /** Null if it is active or an administrator disabled it. */
  @Column('text', { name: 'disabled_reason', nullable: true })
  disabledReason!: DisabledReason | null;

  /** The first failed attempt since the last successful one. */
  @Column('timestamptz', { name: 'failing_since', nullable: true })
  failingSince!: string | null;

  /** Sealed with ENCRYPTION_KEY, like the next one. */
  @Column('text')
  secret!: string;

  /** The secret before the rotation, which also signs until the time that follows. */
  @Column('text', { name: 'previous_secret', nullable: true })
  previousSecret!: string | null;

  @Column('timestamptz', { name: 'previous_secret_until', nullable: true })
  previousSecretUntil!: string | null;

  /** The secrets before the previous one, the latest first, which also sign until their times. */
  @Column('jsonb', { name: 'older_secrets', default: [] })
  olderSecrets!: OlderSecret[];

  /** The job that sends to the webhook, and the end of its lease. */
  @Column('uuid', { name: 'pump_id', nullable: true })
  pumpId!: string | null;

  @Column('timestamptz', { name: 'pump_until', nullable: true })
  pumpUntil!: string | null;

  /** Nothing is sent before this time, because the receiver does not respond. */
  @Column('timestamptz', { name: 'rest_until', nullable: true })
  restUntil!: string | null;

  @Column('integer', { default: 1 })
  version!: number;

  @Column('timestamptz', { name: 'created_at', default: () => 'galley_moment_of_writing(771007)' })
  createdAt!: string;

  @Column('timestamptz', { name: 'updated_at', default: () => 'now()' })
  updatedAt!: string;
}
