import { z } from 'zod';
import { queryFlag, Timestamp } from '../platform/schemas/schemas.js';
import { withFieldHints } from '../platform/schemas/field-hints.js';
import { MetaPatch, NewMeta } from './post-meta.schemas.js';
import { fields, Note, present } from './post-fields.schemas.js';

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
      note: Note,
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
      note: Note,
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

/** The query of a request that reads or edits a post privately. */
export const PrivatelyQuery = z.strictObject({
  draft: queryFlag()
    .optional()
    .describe(
      'If true, the request concerns the private edit of a published post, which readers do not see until you publish the post. A post that is not published has no private edit, and the request concerns the post itself.',
    ),
});
export type PrivatelyQuery = z.infer<typeof PrivatelyQuery>;

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
