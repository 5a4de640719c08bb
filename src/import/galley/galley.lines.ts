import { z } from 'zod';
import { Id, Timestamp } from '../../platform/http/schemas.js';
import { storable } from '../text.js';

/** Grows when a reader of the version before would misunderstand. */
export const GALLEY_FORMAT = 1;

const text = z.string().transform(storable);
const name = text.refine((value) => value.trim() !== '', 'must not be blank');
const Version = z
  .int()
  .min(1)
  .max(2 ** 31 - 1);
const BodyFormat = z.enum(['markdown', 'html']);

const Author = z.strictObject({
  id: Id,
  name,
  email: text.nullable().default(null),
  bio: text.nullable(),
  website: text.nullable(),
  avatarUrl: text.nullable(),
  createdAt: Timestamp,
});

const Tag = z.strictObject({ name, slug: name, description: text.nullable() });

const Post = z
  .strictObject({
    id: Id,
    type: z.enum(['post', 'page']),
    slug: name,
    title: text,
    excerpt: text.nullable(),
    body: text,
    bodyFormat: BodyFormat,
    status: z.enum(['draft', 'scheduled', 'published', 'archived']),
    publishedAt: Timestamp.nullable(),
    scheduledAt: Timestamp.nullable(),
    createdAt: Timestamp,
    updatedAt: Timestamp,
    version: Version,
    authorId: Id,
    tags: z.array(name),
  })
  .refine((post) => post.status !== 'published' || post.publishedAt !== null, {
    path: ['publishedAt'],
    message: 'must say when a published post was published',
  })
  .refine((post) => (post.status === 'scheduled') === (post.scheduledAt !== null), {
    path: ['scheduledAt'],
    message: 'must be there for a scheduled post, and for no other',
  });

const Comment = z.strictObject({
  id: Id,
  postId: Id,
  parentId: Id.nullable(),
  authorId: Id.nullable(),
  guestName: text.nullable(),
  body: text,
  bodyFormat: BodyFormat,
  status: z.enum(['visible', 'pending', 'hidden', 'deleted']),
  createdAt: Timestamp,
  updatedAt: Timestamp,
  version: Version,
});

/** What a line of the export may be, by its only key. The first is `galley`, the last `end`. */
export const LINES = {
  galley: z.object({ format: z.literal(GALLEY_FORMAT, 'is of a newer Galley: upgrade this one first') }),
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
