import { z } from 'zod';
import { JOB_QUEUES } from '../platform/jobs/job.js';
import { JOB_STATES } from '../platform/jobs/job-records.js';
import { listQuery } from '../platform/lists/list-query.js';
import { Count, csv, Id, page, text, Timestamp } from '../platform/schemas/schemas.js';

const Queue = z.enum(JOB_QUEUES).meta({ examples: ['media'] });
const State = z.enum(JOB_STATES).meta({ id: 'JobState', examples: ['dead'] });

export const JobView = z
  .object({
    id: Id,
    queue: Queue.describe('The queue, which has its own number of slots in each process.'),
    name: z
      .string()
      .describe('The kind of the job.')
      .meta({ examples: ['resize-image'] }),
    state: State.describe(
      '`waiting` for its first attempt, `running`, `failed` and waiting for its next attempt, `dead` after its last attempt, or `done`.',
    ),
    attempts: Count.describe('The number of attempts that have started.').meta({ examples: [11] }),
    maxAttempts: Count.describe('The number of attempts after which the job is dead.').meta({
      examples: [11],
    }),
    runAt: Timestamp.describe('The earliest time of the next attempt.'),
    lockedAt: Timestamp.nullable()
      .describe('The start of the current attempt.')
      .meta({ examples: [null] }),
    lastError: z
      .string()
      .nullable()
      .describe('Why the last attempt failed.')
      .meta({ examples: ['The file is not an image'] }),
    requestId: z
      .string()
      .nullable()
      .describe('The request that added the job. The log of the job names it, too.')
      .meta({ examples: ['01981f4a-7c1e-7cc3-98b5-3f9d2a6b8e10'] }),
    createdAt: Timestamp,
  })
  .meta({ id: 'Job', description: 'A job of the server. Payloads are never shown.' });
export type JobView = z.infer<typeof JobView>;

export const ListJobsQuery = listQuery({
  sort: ['createdAt'],
  defaultSort: '-createdAt',
  fields: [
    'id',
    'queue',
    'name',
    'state',
    'attempts',
    'maxAttempts',
    'runAt',
    'lockedAt',
    'lastError',
    'requestId',
    'createdAt',
  ],
  filters: {
    state: csv(State),
    queue: csv(Queue),
    name: csv(text(1, 100)),
  },
  hints: {
    state: ['filter[state]=dead', 'status'],
    queue: ['filter[queue]=media'],
    name: ['filter[name]=resize-image', 'kind', 'type'],
  },
});
export type ListJobsQuery = z.output<typeof ListJobsQuery>;

export const JobPage = page('JobPage', JobView.partial().required({ id: true }).meta({ id: 'JobItem' }));
