import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';

/** One request of a delivery, and what the receiver answered. */
@Entity('webhook_attempts')
export class WebhookAttempt {
  @ForeignKey('WebhookDelivery', { name: 'webhook_attempts_delivery_id_fkey', onDelete: 'CASCADE' })
  @PrimaryColumn('uuid', { name: 'delivery_id', primaryKeyConstraintName: 'webhook_attempts_pkey' })
  deliveryId!: string;

  /** From 1. */
  @PrimaryColumn('integer', { primaryKeyConstraintName: 'webhook_attempts_pkey' })
  number!: number;

  /** The time of the request. */
  @Column('timestamptz')
  at!: string;

  /** Null if there was no response. */
  @Column('integer', { nullable: true })
  status!: number | null;

  @Column('integer', { name: 'duration_ms' })
  durationMs!: number;

  /** Why the attempt failed. */
  @Column('text', { nullable: true })
  error!: string | null;

  /** The beginning of the body of the response. */
  @Column('text', { name: 'response_body', nullable: true })
  responseBody!: string | null;
}
