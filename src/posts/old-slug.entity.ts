import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** A former slug of a post that has been public. No other post receives it while the row exists. */
@Entity('old_slugs')
@Index('old_slugs_post_id_idx', ['postId'])
@Index('old_slugs_replaced_at_idx', ['replacedAt'])
export class OldSlug {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'old_slugs_pkey' })
  slug!: string;

  @ForeignKey('Post', { name: 'old_slugs_post_id_fkey', onDelete: 'CASCADE' })
  @Column('uuid', { name: 'post_id' })
  postId!: string;

  @Column('timestamptz', { name: 'replaced_at', default: () => 'now()' })
  replacedAt!: string;
}
