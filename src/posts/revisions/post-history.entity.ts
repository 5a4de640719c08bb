import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** The ends of the revisions of a post, so that an edit reads no content and the purge finds what is old. */
@Entity('post_histories')
@Index('post_histories_kept_idx', ['kept'])
@Index('post_histories_oldest_at_idx', ['oldestAt'])
export class PostHistory {
  @ForeignKey('Post', { name: 'post_histories_post_id_fkey', onDelete: 'CASCADE' })
  @PrimaryColumn('uuid', { name: 'post_id', primaryKeyConstraintName: 'post_histories_pkey' })
  postId!: string;

  /** The highest number, which never falls. */
  @Column('integer')
  newest!: number;

  @Column('bytea', { name: 'newest_digest' })
  newestDigest!: Buffer;

  /** Only the previous release reads it. */
  @Column('timestamptz', { name: 'newest_at' })
  newestAt!: string;

  /** The number of the revision that the post had after its last recorded edit. */
  @Column('integer')
  current!: number;

  @Column('bytea', { name: 'current_digest' })
  currentDigest!: Buffer;

  /** The revisions since the last one that is stored as a whole. */
  @Column('integer')
  deltas!: number;

  /** The number of stored revisions. */
  @Column('integer')
  kept!: number;

  /** No stored revision was replaced before this time. Null if there is only one. */
  @Column('timestamptz', { name: 'oldest_at', nullable: true })
  oldestAt!: string | null;
}
