import type { z } from 'zod';
import { listQuery } from '../platform/lists/list-query.js';
import { page, Timestamp } from '../platform/schemas/schemas.js';
import { UserView } from './users.schemas.js';

export const FollowView = UserView.pick({
  id: true,
  name: true,
  bio: true,
  avatarUrl: true,
  website: true,
}).extend({ followedAt: Timestamp.describe('The time since when one account follows the other.') });
export type FollowView = z.infer<typeof FollowView>;

export const ListFollowsQuery = listQuery({
  sort: ['followedAt'],
  defaultSort: '-followedAt',
  fields: ['id', 'name', 'bio', 'avatarUrl', 'website', 'followedAt'],
});
export type ListFollowsQuery = z.output<typeof ListFollowsQuery>;

export const FollowPage = page(
  'FollowPage',
  FollowView.partial()
    .required({ id: true })
    .meta({ id: 'Follow', description: 'The public profile of an account that follows or is followed.' }),
);
