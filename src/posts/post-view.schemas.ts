import { z } from 'zod';
import { AnySlug, Count, EXAMPLE_TIME, Id, Timestamp, Version } from '../platform/schemas/schemas.js';
import { MetaView } from './post-meta.schemas.js';
import { BodyFormat, PostStatus, PostType } from './post-fields.schemas.js';

export const AuthorView = z
  .object({
    id: Id,
    name: z.string().meta({ examples: ['Ada Lovelace'] }),
    avatarUrl: z
      .string()
      .nullable()
      .meta({ examples: ['https://example.com/ada.jpg'] }),
  })
  .meta({ id: 'PostAuthor' });

const PostTagView = z
  .object({
    slug: AnySlug.meta({ examples: ['postgresql'] }),
    name: z.string().meta({ examples: ['PostgreSQL'] }),
  })
  .meta({ id: 'PostTag' });

export const RevisionNumber = z
  .int()
  .min(1)
  .max(2 ** 31 - 1)
  .describe('The number of the revision. The revisions of a post are numbered from 1 without gaps.')
  .meta({ examples: [2] });

/** The private edit of a post that is public. */
export const PendingRevisionView = z
  .object({
    number: RevisionNumber,
    note: z
      .string()
      .nullable()
      .describe('What the editor wrote about the edit.')
      .meta({ examples: ['Corrects the date'] }),
    author: AuthorView.nullable().describe('The account that made the edit. Null if it no longer exists.'),
    createdAt: Timestamp.meta({ examples: [EXAMPLE_TIME] }),
    fields: z
      .array(z.string())
      .describe('The fields that change when you publish the post.')
      .meta({ examples: [['title', 'body']] }),
  })
  .meta({ id: 'PendingRevision' });
export type PendingRevisionView = z.infer<typeof PendingRevisionView>;

/** The fields have the order of the statements, so that all callers read the same text, also in the feed of changes. */
export const PostView = z
  .object({
    id: Id,
    type: PostType,
    slug: AnySlug,
    title: z.string().meta({ examples: ['Hello, world'] }),
    excerpt: z
      .string()
      .describe(
        'A summary in plain text, neither HTML nor Markdown. Escape it before you insert it into a page.',
      )
      .meta({ examples: ['The first words.'], contentMediaType: 'text/plain' }),
    body: z
      .string()
      .describe('The text of the post, as it was sent.')
      .meta({ examples: ['The first *words*.'] }),
    bodyFormat: BodyFormat,
    html: z
      .string()
      .describe('The body as sanitized HTML. You can insert it into a page without changes.')
      .meta({ contentMediaType: 'text/html', examples: ['<p>The first <em>words</em>.</p>\n'] }),
    status: PostStatus,
    publishedAt: Timestamp.nullable().meta({ examples: [null] }),
    scheduledAt: Timestamp.nullable().meta({ examples: [null] }),
    createdAt: Timestamp,
    updatedAt: Timestamp,
    version: Version,
    authorId: Id,
    parentId: Id.nullable()
      .describe(
        'The id of the page above this page. Null for a page at the top, and for posts. You may not be able to read that page.',
      )
      .meta({ examples: [null] }),
    featured: z.boolean(),
    commentsOpen: z
      .boolean()
      .describe('If false, the post accepts no new comments.')
      .meta({ examples: [true] }),
    meta: MetaView.meta({ examples: [{}] }),
    commentCount: Count.describe('The number of visible comments.').meta({ examples: [0] }),
    author: AuthorView.optional(),
    tags: z
      .array(PostTagView)
      .optional()
      .meta({
        examples: [
          [
            { slug: 'postgresql', name: 'PostgreSQL' },
            { slug: 'databases', name: 'Databases' },
          ],
        ],
      }),
    pendingRevision: PendingRevisionView.nullable()
      .optional()
      .describe(
        'The edit that was made with `draft=true` and is not public, or null if there is none. Only those who may edit the post receive this field.',
      )
      .meta({ examples: [null] }),
  })
  .meta({ id: 'Post' });
export type PostView = z.infer<typeof PostView>;

/** A post without its long texts, as lists and events show it. */
export type ListedPost = Omit<PostView, 'body' | 'html'>;

/** The names of the tags, in order. */
export const tagNames = ({ tags = [] }: ListedPost): string[] => tags.map(({ name }) => name);

/** Returns a post without its long texts. */
export function listed(post: ListedPost): ListedPost {
  const { body: _body, html: _html, ...rest } = post as PostView;
  return rest;
}
