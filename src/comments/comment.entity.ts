import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import type { BodyDialect } from '../platform/content/body-dialect.js';
import type { BodyFormat } from '../platform/content/body-format.js';
import type { CommentStatus } from './comments.schemas.js';

@Entity('comments')
@Check('comments_status_check', `"status" IN ('visible', 'pending', 'hidden', 'deleted')`)
@Check('comments_body_format_check', `"body_format" IN ('markdown', 'html')`)
@Check('comments_body_dialect_check', `"body_dialect" IN ('wordpress')`)
@Index('comments_post_id_idx', ['postId', 'createdAt', 'id'])
@Index('comments_threads_idx', ['postId', 'createdAt', 'id'], { where: 'in_thread' })
@Index('comments_html_version_idx', ['htmlVersion'])
@Index('comments_parent_id_idx', ['parentId'])
@Index('comments_author_id_idx', ['authorId'])
export class Comment {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'comments_pkey' })
  id!: string;

  @ForeignKey('Post', { name: 'comments_post_id_fkey', onDelete: 'CASCADE' })
  @Column('uuid', { name: 'post_id' })
  postId!: string;

  @ForeignKey('Comment', { name: 'comments_parent_id_fkey', onDelete: 'CASCADE' })
  @Column('uuid', { name: 'parent_id', nullable: true })
  parentId!: string | null;

  /** Null for a guest of an import and for a deleted comment. */
  @ForeignKey('User', { name: 'comments_author_id_fkey', onDelete: 'SET NULL' })
  @Column('uuid', { name: 'author_id', nullable: true })
  authorId!: string | null;

  /** The name of a guest. Null for accounts and for a deleted comment. */
  @Column('text', { name: 'guest_name', nullable: true })
  guestName!: string | null;

  @Column('text')
  body!: string;

  @Column('text', { name: 'body_format', default: 'markdown' })
  bodyFormat!: BodyFormat;

  /** Null if the body is shown as it is. */
  @Column('text', { name: 'body_dialect', nullable: true })
  bodyDialect!: BodyDialect | null;

  @Column('text')
  html!: string;

  @Column('smallint', { name: 'html_version' })
  htmlVersion!: number;

  @Column('text', { default: 'visible' })
  status!: CommentStatus;

  /** True if the comment or a reply below it is visible. Triggers set the value for every kind of statement. */
  @Column('boolean', { name: 'in_thread', default: true })
  inThread!: boolean;

  @Column('integer', { default: 1 })
  version!: number;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: string;

  @Column('timestamptz', { name: 'updated_at', default: () => 'now()' })
  updatedAt!: string;
}
