import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** One signed-in device. Ending a session deletes it, and its tokens with it. */
@Entity('sessions')
@Index('sessions_user_id_idx', ['userId'])
@Index('sessions_created_at_idx', ['createdAt'])
export class Session {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'sessions_pkey' })
  id!: string;

  @ForeignKey('User', { name: 'sessions_user_id_fkey', onDelete: 'CASCADE' })
  @Column('uuid', { name: 'user_id' })
  userId!: string;

  /** The device as it named itself, for the owner to recognise it. */
  @Column('text', { nullable: true })
  context!: string | null;

  /** Generation of the newest refresh token: 1 at login. */
  @Column('integer', { default: 1 })
  generation!: number;

  @Column('timestamptz', { name: 'last_used_at', default: () => 'now()' })
  lastUsedAt!: string;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: string;
}
