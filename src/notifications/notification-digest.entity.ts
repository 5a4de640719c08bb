import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';

/** The last day for which an account received its daily message, so that it receives one a day at most. */
@Entity('notification_digests')
export class NotificationDigest {
  @ForeignKey('User', { name: 'notification_digests_user_id_fkey', onDelete: 'CASCADE' })
  @PrimaryColumn('uuid', { name: 'user_id', primaryKeyConstraintName: 'notification_digests_pkey' })
  userId!: string;

  /** The time at which the daily messages of that day were due. Its day in UTC decides. */
  @Column('timestamptz')
  slot!: string;
}
