import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** Every refresh token that a session ever had, by its SHA-256 alone: an old one that comes back is known as such. */
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

  /** When its successor was made first; null: it is the newest. */
  @Column('timestamptz', { name: 'rotated_at', nullable: true })
  rotatedAt!: string | null;
}
