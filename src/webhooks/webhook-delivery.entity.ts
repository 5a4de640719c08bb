import { Check, Column, Entity, ForeignKey, Generated, Index, PrimaryColumn } from 'typeorm';

/** `pending` waits for its first or its next attempt, and `failed` has failed in its last one. */
export const DELIVERY_STATES = ['pending', 'delivered', 'failed'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** The delivery of a message to a webhook. */
@Entity('webhook_deliveries')
@Check('webhook_deliveries_state_check', `"state" IN ('pending', 'delivered', 'failed')`)
@Index('webhook_deliveries_list_idx', ['webhookId', 'createdAt', 'id'])
@Index('webhook_deliveries_due_idx', ['webhookId', 'nextAttemptAt', 'seq'], {
  where: `state = 'pending' AND is_head`,
})
@Index('webhook_deliveries_waiting_idx', ['webhookId', 'resource', 'seq'], { where: `state = 'pending'` })
@Index('webhook_deliveries_message_id_idx', ['messageId'])
@Index('webhook_deliveries_created_at_idx', ['createdAt'])
export class WebhookDelivery {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'webhook_deliveries_pkey' })
  id!: string;

  /** The order of the deliveries of one webhook. */
  @Column('bigint')
  @Generated('increment')
  seq!: string;

  @ForeignKey('Webhook', { name: 'webhook_deliveries_webhook_id_fkey', onDelete: 'CASCADE' })
  @Column('uuid', { name: 'webhook_id' })
  webhookId!: string;

  @ForeignKey('WebhookMessage', { name: 'webhook_deliveries_message_id_fkey' })
  @Column('uuid', { name: 'message_id' })
  messageId!: string;

  /** The deliveries of one resource to one webhook are made in order. Null for a test. */
  @Column('text', { nullable: true })
  resource!: string | null;

  @Column('text', { default: 'pending' })
  state!: DeliveryState;

  /** True for the first pending one of its resource. The others wait for it. */
  @Column('boolean', { name: 'is_head' })
  isHead!: boolean;

  /** The number of attempts. */
  @Column('integer', { default: 0 })
  attempts!: number;

  @Column('timestamptz', { name: 'next_attempt_at', nullable: true })
  nextAttemptAt!: string | null;

  @Column('timestamptz', { name: 'created_at', default: () => 'galley_moment_of_writing(771008)' })
  createdAt!: string;
}
