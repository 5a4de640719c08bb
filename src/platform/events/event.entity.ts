import { Check, Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';

/** A fact, which the transaction of a write records. */
@Entity('events')
@Unique('events_id_key', ['id'])
@Check('events_position_check', `"position" > 0`)
@Index('events_position_idx', ['position'], { unique: true, where: 'position IS NOT NULL' })
@Index('events_pending_idx', ['seq'], { where: 'position IS NULL' })
@Index('events_ended_tags_idx', { synchronize: false }) // (data->>'slug') WHERE type IN ('tag.deleted', 'tag.merged')
export class RecordedEvent {
  /** The order in which the rows were inserted, which is not the order of their commits. */
  @PrimaryColumn('bigint', { primaryKeyConstraintName: 'events_pkey', generatedIdentity: 'ALWAYS' })
  seq!: string;

  @Column('uuid')
  id!: string;

  /** The place in the order of commits. Null until the sequencer has seen the event. */
  @Column('bigint', { nullable: true })
  position!: string | null;

  @Column('text')
  type!: string;

  @Column('text', { name: 'resource_type' })
  resourceType!: string;

  @Column('uuid', { name: 'resource_id', nullable: true })
  resourceId!: string | null;

  @Column('integer', { name: 'resource_version', nullable: true })
  resourceVersion!: number | null;

  /** The account that caused the event. Null for the system. */
  @Column('uuid', { name: 'actor_id', nullable: true })
  actorId!: string | null;

  /** True if every caller can learn of the event. */
  @Column('boolean', { name: 'is_public' })
  isPublic!: boolean;

  /** The accounts that can learn of the event in any case. */
  @Column('uuid', { name: 'owner_ids', array: true, default: [] })
  ownerIds!: string[];

  /** True for an event of which nobody is notified: an import, or a change that only mirrors must apply. */
  @Column('boolean', { name: 'is_silent', default: false })
  isSilent!: boolean;

  /** A view of the resource at that version, without long texts. */
  @Column('jsonb', { nullable: true })
  data!: object | null;

  /** What consumers must know about the resource before the change. */
  @Column('jsonb', { nullable: true })
  before!: object | null;

  @Column('timestamptz', { name: 'occurred_at', default: () => 'clock_timestamp()' })
  occurredAt!: string;
}
