import { z } from 'zod';
import { BODY_FORMATS } from '../platform/content/body-format.js';
import { Id, Slug, text } from '../platform/schemas/schemas.js';
import { TagName } from '../tags/tags.service.js';

export const PostStatus = z.enum(['draft', 'scheduled', 'published', 'archived']).meta({ id: 'PostStatus' });
export type PostStatus = z.infer<typeof PostStatus>;
export const PostType = z.enum(['post', 'page']).meta({ id: 'PostType' });
export type PostType = z.infer<typeof PostType>;
export const BodyFormat = z.enum(BODY_FORMATS).meta({ id: 'BodyFormat' });

const MOST_BODY_CHARACTERS = 1_000_000;
const MOST_TAGS = 20;

/** The fields of a request that creates or changes a post. */
export const fields = {
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

/** What an editor writes about an edit. It is not a field of the post. */
export const Note = text(1, 500)
  .nullable()
  .optional()
  .describe(
    'A note about this edit for the history of the post. Only those who may edit the post read it. Without a change, there is no revision, and the note is not kept.',
  )
  .meta({ examples: ['Corrects the date'] });

/** The limits of an imported post. `changesOf` applies those of `fields` to values that differ from the stored ones. */
export const present = {
  title: text(1, 5000)
    .describe('The title. A title that you change has at most 200 characters.')
    .meta({ examples: ['Hello, world'] }),
  excerpt: text(0, 100_000)
    .nullable()
    .optional()
    .describe(
      'A summary in plain text, or null if the server creates it from the beginning of the body. If you return the summary that the server has created, the server still creates it after later edits. A summary that you change has at most 1,000 characters.',
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
