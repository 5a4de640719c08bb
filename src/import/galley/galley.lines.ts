import { z } from 'zod';
import { ARCHIVE_FORMAT } from '../../archive/archive.format.js';
import { BODY_DIALECTS } from '../../platform/content/body-dialect.js';
import { BODY_FORMATS } from '../../platform/content/body-format.js';
import { Id, Timestamp } from '../../platform/schemas/schemas.js';
import { metaFault } from '../../posts/post-meta.format.js';
import {
  MAX_ITEM_LENGTH,
  MAX_LINKS,
  MAX_NAME_LENGTH,
  MAX_TEXT_LENGTH,
  MAX_TITLE_LENGTH,
  written,
} from '../import.limits.js';
import { storable } from '../text.js';

const text = (most: number) =>
  z
    .string()
    .refine((value) => value.length <= most, `must have at most ${written(most)} characters`)
    .transform(storable);
const filled = (most: number) => text(most).refine((value) => value.trim() !== '', 'must not be blank');
const name = filled(MAX_NAME_LENGTH);
const title = text(MAX_TITLE_LENGTH);
const longText = text(MAX_TEXT_LENGTH);
const body = text(MAX_ITEM_LENGTH);
/** Files of earlier releases have none. */
const dialect = z.enum(BODY_DIALECTS).nullable().default(null);
const meta = z
  .record(z.string(), body)
  .superRefine((values, context) => {
    const message = metaFault(values);
    if (message !== undefined) context.addIssue({ code: 'custom', message });
  })
  .default({});
const BodyContextOfFile = z
  .object({
    links: z.record(z.string(), text(MAX_TITLE_LENGTH)).optional(),
    footnotes: z.array(z.object({ id: title, content: longText })).optional(),
    files: z
      .record(
        z.string(),
        z.object({
          url: title,
          title: title.optional(),
          caption: title.optional(),
          alt: title.optional(),
        }),
      )
      .optional(),
    filesOf: z.record(z.string(), z.array(title)).optional(),
  })
  .nullable()
  .default(null);
const Version = z
  .int()
  .min(1)
  .max(2 ** 31 - 1);

const Author = z.strictObject({
  id: Id,
  name,
  email: text(MAX_NAME_LENGTH).nullable().default(null),
  bio: longText.nullable(),
  website: title.nullable(),
  avatarUrl: title.nullable(),
  createdAt: Timestamp,
});

const Tag = z.strictObject({ name, slug: filled(MAX_TITLE_LENGTH), description: longText.nullable() });

const Post = z
  .strictObject({
    id: Id,
    type: z.enum(['post', 'page']),
    slug: filled(MAX_TITLE_LENGTH),
    title,
    excerpt: longText.nullable(),
    body,
    bodyFormat: z.enum(BODY_FORMATS),
    bodyDialect: dialect,
    bodyContext: BodyContextOfFile,
    status: z.enum(['draft', 'scheduled', 'published', 'archived']),
    publishedAt: Timestamp.nullable(),
    scheduledAt: Timestamp.nullable(),
    createdAt: Timestamp,
    updatedAt: Timestamp,
    version: Version,
    authorId: Id,
    parentId: Id.nullable().default(null),
    featured: z.boolean().default(false),
    commentsOpen: z.boolean().default(true),
    meta,
    tags: z.array(name).max(MAX_LINKS, `must have at most ${written(MAX_LINKS)} tags`),
  })
  .refine((post) => post.status !== 'published' || post.publishedAt !== null, {
    path: ['publishedAt'],
    message: 'is required for a published post',
  })
  .refine((post) => (post.status === 'scheduled') === (post.scheduledAt !== null), {
    path: ['scheduledAt'],
    message: 'is required for a scheduled post and must be null for every other post',
  });

const Comment = z.strictObject({
  id: Id,
  postId: Id,
  parentId: Id.nullable(),
  authorId: Id.nullable(),
  guestName: text(MAX_NAME_LENGTH).nullable(),
  body,
  bodyFormat: z.enum(BODY_FORMATS),
  bodyDialect: dialect,
  status: z.enum(['visible', 'pending', 'hidden', 'deleted']),
  createdAt: Timestamp,
  updatedAt: Timestamp,
  version: Version,
});

/** The kinds of lines, by their only key. The first line is `galley` and the last one `end`. */
export const LINES = {
  galley: z.object({
    format: z.literal(ARCHIVE_FORMAT, 'is a format of a newer Galley release; upgrade this server first'),
  }),
  author: Author,
  tag: Tag,
  post: Post,
  comment: Comment,
  end: z.object({}),
};

export type GalleyLine = {
  [Kind in keyof typeof LINES]: { kind: Kind; value: z.output<(typeof LINES)[Kind]> };
}[keyof typeof LINES];
export type GalleyPost = z.output<typeof Post>;
export type GalleyComment = z.output<typeof Comment>;
export type GalleyAuthor = z.output<typeof Author>;
