import { z } from 'zod';
import { resourceWith, TypeOfEvent } from '../platform/event-views/event-fields.js';
import { EventPattern } from '../platform/event-views/event-patterns.js';
import { MOST_CURSOR_CHARACTERS, wholeNumber } from '../platform/lists/list-query.js';
import { csv, STANDS_FOR, Timestamp } from '../platform/schemas/schemas.js';

const MOST_SECONDS = 30;
const LIMIT_IF_ABSENT = '20';

export const EXAMPLE_CURSOR =
  'SmF6hM_myuoWs92vGSJcNHb8-vB-73LozKDdEcG-Vna368jKftwI6JJNz4s1jfTOc838OjqVI0PPDGuYwx9UGXkTPs3eXvRZ';

const Seconds = z
  .string()
  .regex(/^(?:\d|[12]\d|30)$/, `must be 0 to ${MOST_SECONDS}`)
  .transform(Number)
  .meta({ [STANDS_FOR]: z.int().min(0).max(MOST_SECONDS) });

export const ChangesQuery = z.strictObject({
  cursor: z
    .string()
    .max(MOST_CURSOR_CHARACTERS)
    .optional()
    .describe(
      'The `meta.nextCursor` of the previous response. Without it, the response is empty and its cursor marks the present end of the feed.',
    ),
  types: csv(EventPattern)
    .optional()
    .describe(
      'The types of the changes, such as `post.published`. `post.*` stands for all types of posts. Default: all types.',
    ),
  limit: wholeNumber().prefault(LIMIT_IF_ABSENT).describe('The maximum number of changes in the response.'),
  wait: Seconds.prefault('0').describe(
    'If there are no changes, the server waits up to this number of seconds for the next one before it responds.',
  ),
});
export type ChangesQuery = z.output<typeof ChangesQuery>;

export const ChangeView = z
  .object({
    type: TypeOfEvent,
    at: Timestamp.describe(
      'The time of the change. Changes are in the order in which they were committed, which can differ slightly from the order of their times.',
    ),
    resource: resourceWith('The version after the change. `data` can be of a later one.').meta({
      id: 'ChangedResource',
    }),
    data: z
      .looseObject({})
      .optional()
      .describe(
        'The resource as you can read it now: a Post, a Comment, a Tag without `postCount`, or a User, with all fields. Absent if it does not exist any more or you cannot read it any more.',
      )
      .meta({ examples: [{}] }),
    reused: z
      .literal(true)
      .optional()
      .describe(
        'Only with `tag.deleted` and `tag.merged`: another tag has had this slug since. Do not apply the change. Read the posts again that have the slug in your copy.',
      ),
  })
  .meta({ id: 'Change' });

export const ChangePage = z
  .object({
    data: z.array(ChangeView).max(100),
    meta: z
      .object({
        nextCursor: z
          .string()
          .describe('The `cursor` of the next request. It is never null.')
          .meta({ examples: [EXAMPLE_CURSOR] }),
        hasMore: z
          .boolean()
          .describe('True if more of the feed can be read at once, even if `data` is empty.')
          .meta({ examples: [false] }),
      })
      .meta({ id: 'ChangePageMeta' }),
  })
  .meta({ id: 'ChangePage' });
export type ChangePage = z.infer<typeof ChangePage>;
