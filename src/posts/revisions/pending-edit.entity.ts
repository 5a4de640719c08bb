import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';

/** A private edit of a post that is public. Only the editors of the post read it. */
@Entity('post_pending_edits')
export class PendingEdit {
  @ForeignKey('Post', { name: 'post_pending_edits_post_id_fkey', onDelete: 'CASCADE' })
  @PrimaryColumn('uuid', { name: 'post_id', primaryKeyConstraintName: 'post_pending_edits_pkey' })
  postId!: string;

  /** The revision with its content. */
  @Column('integer')
  number!: number;

  /** The fields that its publication changes. */
  @Column('text', { array: true })
  fields!: string[];

  /** A digest of the public value of each field at the time of its private edit. */
  @Column('jsonb')
  bases!: Record<string, string>;

  /** The rendered body if its publication changes it. */
  @Column('text', { nullable: true })
  html!: string | null;

  @Column('text', { nullable: true })
  summary!: string | null;

  @Column('smallint', { name: 'html_version', nullable: true })
  htmlVersion!: number | null;
}
