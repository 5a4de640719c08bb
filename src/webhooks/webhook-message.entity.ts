import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** What is sent to the webhooks about one event. Replays send the same text. */
@Entity('webhook_messages')
@Index('webhook_messages_created_at_idx', ['createdAt'])
export class WebhookMessage {
  /** The id of the event, which receivers get as `webhook-id`. */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'webhook_messages_pkey' })
  id!: string;

  @Column('text', { name: 'event_type' })
  eventType!: string;

  /** The body of the request. */
  @Column('text')
  body!: string;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: string;
}
