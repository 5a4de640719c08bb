import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** One signed-in device. Deleting a session ends it and deletes its tokens. */
@Entity('sessions')
@Index('sessions_user_id_idx', ['userId'])
@Index('sessions_created_at_idx', ['createdAt'])
export class Session {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'sessions_pkey' })
  id!: string;

  @ForeignKey('User', { name: 'sessions_user_id_fkey', onDelete: 'CASCADE' })
  @Column('uuid', { name: 'user_id' })
  userId!: string;

  /** The name that the device sent, so that the owner can recognize it. */
  @Column('text', { nullable: true })
  context!: string | null;

  /** The generation of the newest refresh token. A login creates generation 1. */
  @Column('integer', { default: 1 })
  generation!: number;

  @Column('timestamptz', { name: 'last_used_at', default: () => 'now()' })
  lastUsedAt!: string;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: string;
}
