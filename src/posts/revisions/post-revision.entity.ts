import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** A post as an edit left it. */
@Entity('post_revisions')
@Index('post_revisions_author_id_idx', ['authorId'], { where: 'author_id IS NOT NULL' })
export class PostRevision {
  @ForeignKey('Post', { name: 'post_revisions_post_id_fkey', onDelete: 'CASCADE' })
  @PrimaryColumn('uuid', { name: 'post_id', primaryKeyConstraintName: 'post_revisions_pkey' })
  postId!: string;

  /** Counts the revisions of the post from 1, without gaps. */
  @PrimaryColumn('integer', { primaryKeyConstraintName: 'post_revisions_pkey' })
  number!: number;

  /** The version of the post with this content. Null for a private edit that has not been published. */
  @Column('integer', { nullable: true })
  version!: number | null;

  /** Null if it is not known who wrote the content, or if the account is gone. */
  @ForeignKey('User', { name: 'post_revisions_author_id_fkey', onDelete: 'SET NULL' })
  @Column('uuid', { name: 'author_id', nullable: true })
  authorId!: string | null;

  @Column('text', { nullable: true })
  note!: string | null;

  /** The number of the revision whose content an editor restored. */
  @Column('integer', { name: 'restored_from', nullable: true })
  restoredFrom!: number | null;

  /** The fields that differ from the revision before. */
  @Column('text', { array: true })
  changed!: string[];

  @Column('text')
  title!: string;

  /** The names of the tags, in order. */
  @Column('text', { array: true })
  tags!: string[];

  @Column('uuid', { name: 'parent_id', nullable: true })
  parentId!: string | null;

  /** The other fields and the body: compressed, and without what the revision before contains already. */
  @Column('bytea')
  content!: Buffer;

  /** True if `content` does not require the revision before. */
  @Column('boolean', { name: 'is_whole' })
  isWhole!: boolean;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: string;

  /**
   * When it became a past revision. Null before, and for one that became it by the next revision of the previous release: its age
   * counts from the creation of the next one.
   */
  @Column('timestamptz', { name: 'replaced_at', nullable: true })
  replacedAt!: string | null;
}
