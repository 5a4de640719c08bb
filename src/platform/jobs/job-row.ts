import type { JobInsert } from 'pg-boss';
import { v7 as uuidv7 } from 'uuid';
import type { z } from 'zod';
import { currentRequest, type RequestContext } from '../logging/request-context.js';
import type { AddOptions, JobDefinition } from './job.js';

/** How long a process may not renew its lease on a job before another one takes the job. */
export const LEASE_SECONDS = 30;

/** A job to add, with its payload as its schema accepts it. */
export interface NewJob<Payload extends z.ZodType> extends AddOptions {
  payload: z.input<Payload>;
}

/** What is stored in the column `data`. */
export interface JobData {
  payload: unknown;
  /** The request that added the job, so that the log of the job and its calls name it. */
  request?: Pick<RequestContext, 'requestId' | 'traceId'>;
}

/** Returns a job as pg-boss inserts it. */
export function jobRow<Payload extends z.ZodType>(
  definition: JobDefinition<Payload>,
  job: NewJob<Payload>,
): JobInsert {
  const { name, queue, payload, retries, backoff, timeoutSeconds } = definition;
  payload.parse(job.payload);
  return {
    id: uuidv7(),
    data: dataOf(job.payload),
    retryLimit: retries,
    retryBackoff: true,
    retryDelay: backoff.firstSeconds,
    retryDelayMax: backoff.maxSeconds,
    expireInSeconds: timeoutSeconds,
    heartbeatSeconds: LEASE_SECONDS,
    group: { id: queue },
    ...(job.runAt !== undefined && { startAfter: new Date(job.runAt).toISOString() }),
    ...keyOf(name, definition.keys, job),
  };
}

function dataOf(payload: unknown): JobData {
  const request = currentRequest();
  if (!request) return { payload };
  const { requestId, traceId } = request;
  return { payload, request: { requestId, traceId } };
}

function keyOf(name: string, keys: JobDefinition['keys'], { uniqueKey, serialKey }: AddOptions) {
  if ((keys === 'unique') !== (uniqueKey !== undefined) || (keys === 'serial') !== (serialKey !== undefined))
    throw new TypeError(
      `A job ${name} ${keys ? `requires a ${keys}Key and no other key` : 'accepts no key. Set keys in its definition'}`,
    );
  const singletonKey = uniqueKey ?? serialKey;
  return singletonKey === undefined ? {} : { singletonKey };
}
