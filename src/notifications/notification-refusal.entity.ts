import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';

/** The address of an account that the mail server has refused since it last accepted a message. */
@Entity('notification_refusals')
export class NotificationRefusal {
  @ForeignKey('User', { name: 'notification_refusals_user_id_fkey', onDelete: 'CASCADE' })
  @PrimaryColumn('uuid', { name: 'user_id', primaryKeyConstraintName: 'notification_refusals_pkey' })
  userId!: string;

  /** A row about another address than that of the account has no effect. */
  @Column('text')
  address!: string;

  /** In a row. */
  @Column('integer')
  count!: number;

  @Column('timestamptz', { name: 'refused_at' })
  refusedAt!: string;
}
