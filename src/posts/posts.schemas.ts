import { z } from 'zod';
import { listQuery } from '../platform/lists/list-query.js';
import { Count, csv, Id, page, Slug, text, Timestamp, Version } from '../platform/schemas/schemas.js';
import { TagName } from '../tags/tags.service.js';

export const PostStatus = z.enum(['draft', 'scheduled', 'published', 'archived']).meta({ id: 'PostStatus' });
export type PostStatus = z.infer<typeof PostStatus>;
export const PostType = z.enum(['post', 'page']).meta({ id: 'PostType' });
export type PostType = z.infer<typeof PostType>;
export const BodyFormat = z.enum(['markdown', 'html']).meta({ id: 'BodyFormat' });

const MOST_BODY_CHARACTERS = 1_000_000;
const MOST_TAGS = 20;

const fields = {
  title: text(1, 200)
    .describe('Shown in lists and feeds')
    .meta({ examples: ['Hello, world'] }),
  body: text(0, MOST_BODY_CHARACTERS)
    .describe('The whole request is limited to 1,048,576 bytes. Use the import for longer posts')
    .meta({ examples: ['The first *words*.'] }),
  bodyFormat: BodyFormat.optional().describe('Markdown (CommonMark) if absent at creation'),
  type: PostType.optional().describe('`post` if absent at creation'),
  excerpt: text(0, 1000)
    .nullable()
    .optional()
    .describe('Plain text; made from the beginning of the body if absent or null')
    .meta({ examples: ['How it all began'], contentMediaType: 'text/plain' }),
  slug: Slug.refine((slug) => !z.guid().safeParse(slug).success, 'must not look like an id')
    .optional()
    .describe(
      'Made from the title if absent at creation, with a suffix if taken. A slug that you name is refused with `slug_taken` if any post has it, including hidden ones',
    ),
  // No default: PATCH shares the field, and absent must keep.
  tags: z
    .array(TagName)
    .max(MOST_TAGS)
    .optional()
    .describe(
      'Names; an unknown tag is created. All posts share a tag, drafts of others included: one that comes back in ' +
        'another spelling than you sent was there before, so some post has or had it.',
    )
    .meta({ examples: [['PostgreSQL', 'Databases']] }),
};

export const CreatePost = z.strictObject(fields).meta({
  id: 'CreatePost',
  examples: [{ title: 'Hello, world', body: 'The first *words*.', tags: ['PostgreSQL'] }],
});
export type CreatePost = z.infer<typeof CreatePost>;

export const UpdatePost = z
  .strictObject({ ...fields, title: fields.title.optional(), body: fields.body.optional() })
  .meta({ id: 'UpdatePost', examples: [{ title: 'Hello again' }] });
export type UpdatePost = z.infer<typeof UpdatePost>;

const AuthorView = z
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
    slug: z.string().meta({ examples: ['postgresql'] }),
    name: z.string().meta({ examples: ['PostgreSQL'] }),
  })
  .meta({ id: 'PostTag' });

export const PostView = z
  .object({
    id: Id,
    type: PostType,
    slug: z.string().meta({ examples: ['hello-world'] }),
    title: z.string().meta({ examples: ['Hello, world'] }),
    excerpt: z
      .string()
      .describe('Plain text, neither HTML nor Markdown: escape it when you put it into a page')
      .meta({ examples: ['The first words.'], contentMediaType: 'text/plain' }),
    body: z
      .string()
      .describe('As it was sent')
      .meta({ examples: ['The first *words*.'] }),
    bodyFormat: BodyFormat,
    html: z
      .string()
      .describe('The body as sanitized HTML: put it into a page as it is')
      .meta({ contentMediaType: 'text/html', examples: ['<p>The first <em>words</em>.</p>'] }),
    status: PostStatus,
    publishedAt: Timestamp.nullable(),
    scheduledAt: Timestamp.nullable(),
    createdAt: Timestamp,
    updatedAt: Timestamp,
    version: Version,
    authorId: Id,
    author: AuthorView.optional(),
    tags: z.array(PostTagView).optional(),
    commentCount: Count.describe('Visible comments').meta({ examples: [0] }),
  })
  .meta({ id: 'Post' });
export type PostView = z.infer<typeof PostView>;

/** What `fields` may ask for; `author` and `tags` come by `include`. */
export const POST_FIELDS = [
  'id',
  'type',
  'slug',
  'title',
  'excerpt',
  'body',
  'bodyFormat',
  'html',
  'status',
  'publishedAt',
  'scheduledAt',
  'createdAt',
  'updatedAt',
  'version',
  'authorId',
  'commentCount',
] as const;
export type PostField = (typeof POST_FIELDS)[number];

export const ListPostsQuery = listQuery({
  sort: ['publishedAt', 'createdAt', 'updatedAt'],
  defaultSort: '-publishedAt',
  fields: POST_FIELDS,
  include: ['author', 'tags'],
  defaultInclude: ['author', 'tags'],
  search: true,
  filters: {
    type: csv(PostType).describe('`post` if absent'),
    status: csv(PostStatus).describe('`published` if absent; others show what you may edit'),
    authorId: csv(Id),
    tag: csv(text(1, 200)).describe('Slugs'),
    publishedAt: { gte: Timestamp, lt: Timestamp },
  },
});
export type ListPostsQuery = z.output<typeof ListPostsQuery>;

export const PostPage = page('PostPage', PostView.partial().required({ id: true }).meta({ id: 'PostItem' }));
