import { Check, Column, Entity, PrimaryColumn } from 'typeorm';

/** The only row of the table: the ends of the log of events. Its lock permits one sequencer at a time. */
@Entity('event_log')
@Check('event_log_id_check', `"id" = 1`)
export class EventLog {
  @PrimaryColumn('smallint', { primaryKeyConstraintName: 'event_log_pkey', default: 1 })
  id!: number;

  /** The position of the last event. */
  @Column('bigint', { default: 0 })
  head!: string;

  /** The position of the last event that was deleted because of its age. */
  @Column('bigint', { default: 0 })
  floor!: string;
}
