import type { z } from 'zod';
import { listQuery } from '../platform/lists/list-query.js';
import { csv, Id, page, queryFlag, text, Timestamp } from '../platform/schemas/schemas.js';
import { PostStatus, PostType } from './post-fields.schemas.js';
import { PostView } from './post-view.schemas.js';

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

export const PostPage = page(
  'PostPage',
  PostView.omit({ pendingRevision: true }).partial().required({ id: true }).meta({ id: 'PostItem' }),
);
