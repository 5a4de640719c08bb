import { z } from 'zod';
import { IF_MATCH_SCHEMA, MOST_CONDITION_CHARACTERS } from '../../platform/http/contract/request-headers.js';
import { ProblemDocument } from '../../platform/http/problems/problem-catalogue.js';
import { Id, STANDS_FOR } from '../../platform/schemas/schemas.js';
import { CreatePost, SchedulePost, UpdatePost } from '../post-requests.schemas.js';
import { PostView } from '../post-view.schemas.js';

export const MOST_OPERATIONS = 100;

const id = Id.describe('The id of the post.');
const ifMatch = z
  .string()
  .max(MOST_CONDITION_CHARACTERS)
  .optional()
  .describe(
    'What the header `If-Match` of the same request would contain: the ETag of the version that you change, or its version number alone, such as `"3"`, with the quotation marks. If the current version is a different one, the status is 412.',
  )
  .meta({ pattern: IF_MATCH_SCHEMA.pattern, examples: ['"3"'] });

const POST_ID = '019a2f6e-7d3c-7b1e-9c55-0f2d6f1c8a41';
const example = {
  op: 'create',
  body: { title: 'Hello, world', body: 'The first *words*.', tags: ['PostgreSQL', 'Databases'] },
};

const BulkCreate = z
  .strictObject({ op: z.literal('create'), body: CreatePost })
  .describe('Creates a post.')
  .meta({ id: 'BulkCreate', examples: [example] });

const BulkUpdate = z
  .strictObject({ op: z.literal('update'), id, ifMatch, body: UpdatePost })
  .describe('Updates a post by a merge patch.')
  .meta({ id: 'BulkUpdate', examples: [{ op: 'update', id: POST_ID, body: { title: 'Hello again' } }] });

const BulkSchedule = z
  .strictObject({ op: z.literal('schedule'), id, ifMatch, body: SchedulePost })
  .describe('Schedules a post.')
  .meta({
    id: 'BulkSchedule',
    examples: [{ op: 'schedule', id: POST_ID, body: { at: '2040-01-01T09:00:00Z' } }],
  });

const BulkAction = z
  .strictObject({
    op: z.enum(['publish', 'unpublish', 'archive', 'restore', 'delete']).meta({ id: 'BulkActionName' }),
    id,
    ifMatch,
  })
  .describe('Acts on the status of a post, or deletes it.')
  .meta({ id: 'BulkAction', examples: [{ op: 'publish', id: POST_ID, ifMatch: '"3"' }] });

const NAMES = 'create, update, publish, unpublish, schedule, archive, restore, delete';

/** One operation, as the request of the route that performs it alone. */
export const BulkOperation = z
  .discriminatedUnion('op', [BulkCreate, BulkUpdate, BulkSchedule, BulkAction], {
    error: ({ code }) => (code === 'invalid_union' ? `must be one of ${NAMES}` : undefined),
  })
  .meta({ id: 'BulkOperation', examples: [example] });
export type BulkOperation = z.infer<typeof BulkOperation>;

/** The operations are validated one by one, so that an invalid one can fail alone. */
export const BulkRequest = z
  .strictObject({
    atomic: z
      .boolean()
      .optional()
      .describe(
        'If true, all operations are performed together or none of them. Default: false, so that each one succeeds or fails alone.',
      ),
    operations: z
      .array(z.unknown().meta({ [STANDS_FOR]: BulkOperation }))
      .min(1)
      .max(MOST_OPERATIONS)
      .describe('The operations, which are performed in this order.'),
  })
  .meta({
    id: 'BulkRequest',
    examples: [{ operations: [example] }],
  });
export type BulkRequest = z.infer<typeof BulkRequest>;

const BulkPost = PostView.omit({ body: true, html: true }).meta({ id: 'BulkPost' });

const BulkResult = z
  .object({
    status: z
      .int()
      .min(200)
      .max(599)
      .describe('The status that the operation would have as a request of its own.')
      .meta({ examples: [201] }),
    body: BulkPost.optional().describe(
      'The post after the operation, as in lists: without `body` and `html`. Absent if the operation failed or deleted the post.',
    ),
    problem: ProblemDocument.optional().describe('Why the operation failed. Absent if it succeeded.'),
  })
  .meta({ id: 'BulkResult' });
export type BulkResult = z.infer<typeof BulkResult>;

export const BulkResults = z
  .object({
    results: z
      .array(BulkResult)
      .max(MOST_OPERATIONS)
      .describe('The results of the operations, in the order of the request.'),
  })
  .meta({ id: 'BulkResults' });
export type BulkResults = z.infer<typeof BulkResults>;
