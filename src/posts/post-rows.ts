import type { BodyContext } from '../platform/content/body-context.js';
import type { Rendered } from '../platform/content/render.js';
import type { Id } from '../platform/schemas/schemas.js';
import type { Post } from './post.entity.js';

export type NewPost = Pick<
  Post,
  | ('id' | 'type' | 'slug' | 'title' | 'excerpt' | 'body' | 'bodyFormat' | 'authorId')
  | ('parentId' | 'featured' | 'commentsOpen' | 'meta' | 'status' | 'scheduledAt')
> &
  Rendered;

/** A new post with its tags, in order. */
export type TaggedNewPost = NewPost & { tagIds: Id[] };

/** A post of another system. */
export type InsertablePost = Omit<Post, 'htmlVersion' | 'search' | 'parentId'>;

/** The columns that determine whether and where a post is shown. */
export type ShownPost = Pick<Post, 'id' | 'slug' | 'status'>;

/** The columns that an event compares with the post after the change. */
export type RecordedPost = Pick<Post, 'id' | 'status' | 'publishedAt'>;

/** What the address of a post in a front end can contain. */
export type PostPlace = Pick<Post, 'id' | 'type' | 'slug'>;

/** A post that can receive a comment, locked until the transaction ends. */
export type HeldPost = Pick<Post, 'id' | 'authorId' | 'status' | 'commentsOpen'>;

/** What the HTML of a post is rendered from. */
export type PostSource = Pick<Post, 'body' | 'bodyFormat' | 'bodyDialect' | 'bodyContext'>;

/** A post whose HTML was created by an older renderer. */
export type StalePost = PostSource & Pick<Post, 'id' | 'version'>;

/** New HTML of an imported post, because its body refers to other posts and files of the export. */
export type CompletedPost = Rendered & { id: Id; context: BodyContext };

/** The columns that a change requires, locked until the transaction ends. */
export type LockedPost = PostSource &
  Pick<
    Post,
    | ('id' | 'slug' | 'type' | 'title' | 'excerpt' | 'authorId' | 'parentId' | 'status' | 'version' | 'meta')
    | ('featured' | 'commentsOpen' | 'publishedAt' | 'scheduledAt' | 'updatedAt' | 'summary')
  >;
