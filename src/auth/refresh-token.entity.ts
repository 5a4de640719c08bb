import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** All refresh tokens of a session, stored only as SHA-256, so that the use of an old token is detected. */
@Entity('refresh_tokens')
@Index('refresh_tokens_session_id_idx', ['sessionId'])
export class RefreshToken {
  @PrimaryColumn('bytea', { primaryKeyConstraintName: 'refresh_tokens_pkey' })
  hash!: Buffer;

  @ForeignKey('Session', { name: 'refresh_tokens_session_id_fkey', onDelete: 'CASCADE' })
  @Column('uuid', { name: 'session_id' })
  sessionId!: string;

  @Column('integer')
  generation!: number;

  /** The time at which its successor was first created; null for the newest token. */
  @Column('timestamptz', { name: 'rotated_at', nullable: true })
  rotatedAt!: string | null;
}
