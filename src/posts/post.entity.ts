import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import type { BodyContext } from '../platform/content/body-context.js';
import type { BodyDialect } from '../platform/content/body-dialect.js';
import type { BodyFormat } from '../platform/content/body-format.js';
import type { PostMeta } from './post-meta.format.js';
import type { PostStatus, PostType } from './post-fields.schemas.js';

@Entity('posts')
@Unique('posts_slug_key', ['slug'])
@Check('posts_type_check', `"type" IN ('post', 'page')`)
@Check('posts_status_check', `"status" IN ('draft', 'scheduled', 'published', 'archived')`)
@Check('posts_body_format_check', `"body_format" IN ('markdown', 'html')`)
@Check('posts_body_dialect_check', `"body_dialect" IN ('wordpress')`)
@Check('posts_parent_check', `"parent_id" <> "id"`)
@Check('posts_published_check', `"status" <> 'published' OR "published_at" IS NOT NULL`)
@Check('posts_scheduled_check', `("status" = 'scheduled') = ("scheduled_at" IS NOT NULL)`)
@Check('posts_comment_count_check', `"comment_count" >= 0`)
@Index('posts_listed_idx', { synchronize: false }) // (status, type, <listed at>, id): an expression
@Index('posts_created_idx', ['status', 'type', 'createdAt', 'id'])
@Index('posts_updated_idx', ['status', 'type', 'updatedAt', 'id'])
@Index('posts_html_version_idx', ['htmlVersion'])
@Index('posts_author_idx', ['authorId', 'status'])
@Index('posts_author_listed_idx', { synchronize: false }) // (author_id, status, type, <listed at>, id)
@Index('posts_featured_idx', { synchronize: false }) // (status, type, <listed at>, id) of featured posts
@Index('posts_parent_id_idx', ['parentId'], { where: 'parent_id IS NOT NULL' })
@Index('posts_scheduled_idx', ['scheduledAt'], { where: `status = 'scheduled'` })
@Index('posts_words_idx', { synchronize: false }) // GIN over search
export class Post {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'posts_pkey' })
  id!: string;

  @Column('text', { default: 'post' })
  type!: PostType;

  @Column('text')
  slug!: string;

  @Column('text')
  title!: string;

  /** The summary that the author wrote. Null means that `summary` is shown. */
  @Column('text', { nullable: true })
  excerpt!: string | null;

  /** The body as it was sent. */
  @Column('text')
  body!: string;

  @Column('text', { name: 'body_format', default: 'markdown' })
  bodyFormat!: BodyFormat;

  /** Null if the body is shown as it is. */
  @Column('text', { name: 'body_dialect', nullable: true })
  bodyDialect!: BodyDialect | null;

  /** What the body of an import refers to, or null if it refers to nothing. */
  @Column('jsonb', { name: 'body_context', nullable: true })
  bodyContext!: BodyContext | null;

  /** Rendered and sanitized when the body was written. */
  @Column('text')
  html!: string;

  /** The beginning of the text. */
  @Column('text', { default: '' })
  summary!: string;

  /** The version of the renderer that created `html` and `summary`. */
  @Column('smallint', { name: 'html_version' })
  htmlVersion!: number;

  /** The words of title and body. The trigger posts_set_search updates them. */
  @Column('tsvector', { nullable: true, select: false })
  search!: string | null;

  @Column('text', { default: 'draft' })
  status!: PostStatus;

  /** The time of the first publication, which remains after unpublishing. */
  @Column('timestamptz', { name: 'published_at', nullable: true })
  publishedAt!: string | null;

  @Column('timestamptz', { name: 'scheduled_at', nullable: true })
  scheduledAt!: string | null;

  @ForeignKey('User', { name: 'posts_author_id_fkey', onDelete: 'RESTRICT' })
  @Column('uuid', { name: 'author_id' })
  authorId!: string;

  /** The page above this page. Posts have none. */
  @ForeignKey('Post', { name: 'posts_parent_id_fkey', onDelete: 'SET NULL' })
  @Column('uuid', { name: 'parent_id', nullable: true })
  parentId!: string | null;

  @Column('boolean', { default: false })
  featured!: boolean;

  /** False rejects new comments, except those of an import. */
  @Column('boolean', { name: 'comments_open', default: true })
  commentsOpen!: boolean;

  /** The values that clients and imports attach to the post, by name. */
  @Column('jsonb', { default: {} })
  meta!: PostMeta;

  /** The number of visible comments. The transaction of a comment updates it without a new version. */
  @Column('integer', { name: 'comment_count', default: 0 })
  commentCount!: number;

  @Column('integer', { default: 1 })
  version!: number;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: string;

  @Column('timestamptz', { name: 'updated_at', default: () => 'now()' })
  updatedAt!: string;
}
