import { z } from 'zod';
import { listQuery } from '../platform/lists/list-query.js';
import { BODY_FORMATS } from '../platform/content/body-format.js';
import {
  AnySlug,
  Count,
  csv,
  Id,
  page,
  queryFlag,
  Slug,
  text,
  Timestamp,
  Version,
} from '../platform/schemas/schemas.js';
import { withFieldHints } from '../platform/schemas/field-hints.js';
import { MetaPatch, MetaView, NewMeta } from './post-meta.schemas.js';
import { TagName } from '../tags/tags.service.js';

export const PostStatus = z.enum(['draft', 'scheduled', 'published', 'archived']).meta({ id: 'PostStatus' });
export type PostStatus = z.infer<typeof PostStatus>;
export const PostType = z.enum(['post', 'page']).meta({ id: 'PostType' });
export type PostType = z.infer<typeof PostType>;
export const BodyFormat = z.enum(BODY_FORMATS).meta({ id: 'BodyFormat' });

const MOST_BODY_CHARACTERS = 1_000_000;
const MOST_TAGS = 20;

const fields = {
  title: text(1, 200)
    .describe('The title, which lists and feeds show.')
    .meta({ examples: ['Hello, world'] }),
  body: text(0, MOST_BODY_CHARACTERS)
    .describe(
      'The text of the post. The whole request must have at most 1,048,576 bytes; use the import for longer posts.',
    )
    .meta({ examples: ['The first *words*.'] }),
  bodyFormat: BodyFormat.optional().describe(
    'The format of `body`. A new post without it has the format `markdown` (CommonMark).',
  ),
  type: PostType.optional().describe('The type of the post. A new post without it has the type `post`.'),
  excerpt: text(0, 1000)
    .nullable()
    .optional()
    .describe(
      'A summary in plain text. If omitted or null, the server creates it from the beginning of the body.',
    )
    .meta({ examples: ['How it all began'], contentMediaType: 'text/plain' }),
  slug: Slug.refine((slug) => !z.guid().safeParse(slug).success, 'must not have the form of an id')
    .optional()
    .describe(
      'The last part of the URL of the post. If a new post has none, the server creates it from the title and adds a suffix if it is taken. If you name a slug that any post has, including posts that are not visible to you, the request returns `slug_taken`.',
    ),
  // There is no default, because PATCH shares the field, and an absent field must keep its value.
  tags: z
    .array(TagName)
    .max(MOST_TAGS)
    .nullable()
    .optional()
    .describe(
      'The names of the tags, or null for none. The server creates tags that do not exist. All posts share the same tags, including drafts ' +
        'of other authors. If a tag returns in a different spelling, it already existed in that spelling.',
    )
    .meta({ examples: [['PostgreSQL', 'Databases']] }),
  featured: z
    .boolean()
    .optional()
    .describe('If true, clients can highlight the post. A new post without it has the value false.'),
  commentsOpen: z
    .boolean()
    .optional()
    .describe(
      'If false, new comments and replies return 409 `comments_closed`. Existing comments remain. A new post without it has the value true.',
    ),
  parentId: Id.nullable()
    .optional()
    .describe(
      'The id of the page above this page, which must be a page that you may edit, or already its parent. Null for a page at the top. Only pages can have a parent.',
    ),
};

/** The states of a new post. */
const NewPostStatus = z.enum(['draft', 'published', 'scheduled']);

/** What other systems call the fields of a post. */
const OTHER_NAMES = {
  content: 'is not a known field; the text of a post is body',
  html: 'is written by the server; send the text as body, with bodyFormat html if it is HTML',
  publishedAt:
    'is set by the server when the post is published; to publish it later, schedule it. Only an import brings earlier times',
};

export const CreatePost = withFieldHints(
  z
    .strictObject({
      ...fields,
      meta: NewMeta.optional(),
      status: NewPostStatus.optional().describe(
        'The status of the new post. Default: `draft`. With `published`, the post is public when the request returns.',
      ),
      scheduledAt: Timestamp.nullable()
        .optional()
        .describe(
          'The time at which a post with the status `scheduled` is published. Must be in the future.',
        ),
    })
    .refine(({ status, scheduledAt }) => (status === 'scheduled') === ((scheduledAt ?? null) !== null), {
      path: ['scheduledAt'],
      error: 'must be given with the status scheduled, and only then',
    })
    .meta({
      id: 'CreatePost',
      examples: [{ title: 'Hello, world', body: 'The first *words*.', tags: ['PostgreSQL', 'Databases'] }],
    }),
  OTHER_NAMES,
);
export type CreatePost = z.infer<typeof CreatePost>;

/** The limits of an imported post. `changesOf` applies those of `fields` to values that differ from the stored ones. */
const present = {
  title: text(1, 5000)
    .describe('The title. A title that you change has at most 200 characters.')
    .meta({ examples: ['Hello, world'] }),
  excerpt: text(0, 100_000)
    .nullable()
    .optional()
    .describe(
      'A summary in plain text, or null if the server creates it from the beginning of the body. A summary that you change has at most 1,000 characters.',
    )
    .meta({ examples: ['How it all began'], contentMediaType: 'text/plain' }),
  slug: text(1, 200)
    .describe(
      'The last part of the URL of the post. A slug that you change consists of lowercase letters, digits and single hyphens and has at most 100 characters. The present slug of an imported post is always accepted. If you name a slug that another post has, including posts that are not visible to you, the request returns `slug_taken`.',
    )
    .meta({ examples: ['hello-world'] })
    .optional(),
};

/** What a client can choose. An import can store more, and a request may return it unchanged. */
export const CHOSEN = { title: fields.title, excerpt: fields.excerpt, slug: fields.slug };

const ACTIONS = ['publish', 'unpublish', 'schedule', 'archive', 'restore'];
const BY_ACTION = `cannot be changed by PATCH; use one of ${ACTIONS.map((action) => `POST /api/v1/posts/{id}/${action}`).join(', ')}`;

export const UpdatePost = withFieldHints(
  z
    .strictObject({
      ...fields,
      ...present,
      title: present.title.optional(),
      body: fields.body.optional(),
      meta: MetaPatch.optional(),
    })
    .meta({ id: 'UpdatePost', examples: [{ title: 'Hello again' }] }),
  {
    ...OTHER_NAMES,
    status: BY_ACTION,
    scheduledAt:
      'cannot be changed by PATCH; use POST /api/v1/posts/{id}/schedule, or POST /api/v1/posts/{id}/unpublish to cancel it',
  },
);
export type UpdatePost = z.infer<typeof UpdatePost>;

/** The time of examples, which must be in the future. */
export const EXAMPLE_SCHEDULE = '2040-01-01T09:00:00Z';

export const SchedulePost = withFieldHints(
  z
    .strictObject({
      at: Timestamp.describe(
        'The time at which the post is published, in the future. The server publishes it within some seconds.',
      ).meta({ examples: [EXAMPLE_SCHEDULE] }),
    })
    .meta({ id: 'SchedulePost' }),
  { scheduledAt: 'is not a known field; send the time as at' },
);
export type SchedulePost = z.infer<typeof SchedulePost>;

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
    slug: AnySlug.meta({ examples: ['postgresql'] }),
    name: z.string().meta({ examples: ['PostgreSQL'] }),
  })
  .meta({ id: 'PostTag' });

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
  })
  .meta({ id: 'Post' });
export type PostView = z.infer<typeof PostView>;

/** The values of `fields`. `include` adds `author` and `tags`. */
const POST_FIELDS = [
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
  'parentId',
  'featured',
  'commentsOpen',
  'meta',
  'commentCount',
] as const;
export type PostField = (typeof POST_FIELDS)[number];

/** Returns the filters that apply to a list if its query does not name them. */
export const usualFilter = ({
  parentId,
}: {
  parentId?: Id[];
}): { type: PostType[]; status: PostStatus[] } => ({
  type: parentId ? ['page'] : ['post'],
  status: ['published'],
});

export const ListPostsQuery = listQuery({
  sort: ['publishedAt', 'createdAt', 'updatedAt'],
  defaultSort: '-publishedAt',
  fields: POST_FIELDS,
  include: ['author', 'tags'],
  defaultInclude: ['author', 'tags'],
  search: true,
  filters: {
    type: csv(PostType).describe(
      'Returns posts of these types. Default: `post`, or `page` with `filter[parentId]`.',
    ),
    status: csv(PostStatus).describe(
      'Returns posts with these statuses. Default: `published`. Other statuses return only posts that you may edit.',
    ),
    authorId: csv(Id),
    tag: csv(text(1, 200)).describe('Returns posts that have one of these tags, given by slug.'),
    featured: queryFlag().describe('Returns posts that are featured (`true`) or not (`false`).'),
    parentId: csv(Id).describe('Returns the pages directly below one of these pages.'),
    publishedAt: { gte: Timestamp, lt: Timestamp },
  },
  hints: {
    type: ['filter[type]=page', 'post_type', 'content_type', 'kind'],
    status: ['filter[status]=draft', 'state', 'post_status', 'published', 'draft'],
    authorId: ['filter[authorId]=<id of the author>', 'user', 'user_id', 'owner', 'created_by'],
    tag: ['filter[tag]=postgresql', 'category', 'categories', 'topic', 'label', 'tag_slug'],
    featured: ['filter[featured]=true', 'sticky', 'pinned'],
    parentId: ['filter[parentId]=<id of the page>', 'parent_page', 'child_of'],
    publishedAt: [
      'filter[publishedAt][gte]=2026-01-01T00:00:00Z',
      ...[
        'since',
        'until',
        'from',
        'to',
        'before',
        'after',
        'date',
        'year',
        'month',
        'start_date',
        'end_date',
      ],
      ...['published_after', 'published_before', 'published_since', 'date_from', 'date_to'],
    ],
  },
});
export type ListPostsQuery = z.output<typeof ListPostsQuery>;

export const PostPage = page('PostPage', PostView.partial().required({ id: true }).meta({ id: 'PostItem' }));
