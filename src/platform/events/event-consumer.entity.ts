import { Column, Entity, PrimaryColumn } from 'typeorm';

/** How far a consumer has read the log of events. */
@Entity('event_consumers')
export class EventConsumerPosition {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'event_consumers_pkey' })
  name!: string;

  /** The position of the last event that it has taken. */
  @Column('bigint')
  position!: string;
}
