import type { ZodType } from 'zod';
import { CommentsRepository } from '#dist/comments/comments.repository.js';
import { ListCommentsQuery } from '#dist/comments/comments.schemas.js';
import type { PostsRepository } from '#dist/posts/posts.repository.js';
import { ownersOfTagged, taggedPosts } from '#dist/posts/post.sql.js';
import { TaggedPosts } from '#dist/tags/tagged-posts.js';
import { TagsRepository } from '#dist/tags/tags.repository.js';
import { ListTagsQuery } from '#dist/tags/tags.schemas.js';
import { UsersRepository } from '#dist/users/users.repository.js';
import { ListUsersQuery } from '#dist/users/users.schemas.js';
import type { Query } from './list-shapes.ts';
import type { Parts } from './list-statement.ts';

export type Caller = Parameters<PostsRepository['list']>[1];

/** A list: its schema, filters and sort keys, and the call of its repository. */
export interface List<Q> {
  schema: ZodType<Q>;
  filters: Record<string, Query>;
  sorts: string[];
  ask: (parts: Parts, query: Q, by: Caller, given: Query) => unknown;
}

export const commentsOf = (post: string, parent: string): List<ListCommentsQuery> => ({
  schema: ListCommentsQuery,
  filters: {
    none: {},
    'status=visible': { 'filter[status]': 'visible' },
    'status=pending': { 'filter[status]': 'pending' },
    'status=hidden': { 'filter[status]': 'hidden' },
    'status=deleted': { 'filter[status]': 'deleted' },
    parentId: { 'filter[parentId]': parent },
  },
  sorts: ['createdAt', '-createdAt'],
  ask: ([database], query, by) => new CommentsRepository(database).list(post, query, by, undefined),
});

const tagged = new TaggedPosts();
tagged.areFoundBy(taggedPosts, ownersOfTagged); // The module of posts does the same.

export const TAGS: List<ListTagsQuery> = {
  schema: ListTagsQuery,
  filters: { none: {} },
  sorts: ['name', '-slug'],
  ask: (parts, query, by) => new TagsRepository(...parts, tagged).list(query, by, undefined),
};

export const ONE_TAG: List<ListTagsQuery> = {
  schema: ListTagsQuery,
  filters: { 'on 90 %': { slug: 'everywhere' }, 'on 5 %': { slug: 'old' }, 'on 3 posts': { slug: 'rare' } },
  sorts: ['name'],
  ask: (parts, _query, by, { slug = '' }) => new TagsRepository(...parts, tagged).findVisible(slug, by),
};

export const USERS: List<ListUsersQuery> = {
  schema: ListUsersQuery,
  filters: {
    none: {},
    'role=admin': { 'filter[role]': 'admin' },
    'active=false': { 'filter[active]': 'false' },
  },
  sorts: ['-createdAt', 'name'],
  ask: ([database], query) => new UsersRepository(database).list(query, undefined),
};
