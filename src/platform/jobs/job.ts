import type { z } from 'zod';
import type { Id } from '../schemas/schemas.js';

/** Each queue has a concurrency of its own, so that slow jobs of one queue do not delay those of the others. */
export const JOB_QUEUES = ['default', 'mail', 'webhooks', 'media'] as const;
export type JobQueueName = (typeof JOB_QUEUES)[number];

/** A kind of job. A feature defines it in its `*.jobs.ts`. */
export interface JobDefinition<Payload extends z.ZodType = z.ZodType> {
  /** It must never change, because jobs in the database have it. Letters, digits and `-`. */
  name: string;
  /** Default: `default`. */
  queue: JobQueueName;
  /** Parses the payload before each attempt. It must accept the payloads of the release before. */
  payload: Payload;
  /** How often a failed job is tried again before it is dead. Default: 10. */
  retries: number;
  /**
   * The pause before a retry doubles from `firstSeconds` (default: 5) to `maxSeconds` (default: 3600), and is
   * lengthened by a random part.
   */
  backoff: { firstSeconds: number; maxSeconds: number };
  /** An attempt that takes longer is aborted and counts as a failure. Default: 300. */
  timeoutSeconds: number;
  /**
   * `unique`: each job has a key, and no second job with the same key is added while one waits for its first attempt.
   * `serial`: each job has a key, and jobs of the same key run one after the other in the order in which they were
   * added; one that waits for its retry holds up those behind it.
   */
  keys?: 'unique' | 'serial';
}

type Given<Payload extends z.ZodType> = Pick<JobDefinition<Payload>, 'name' | 'payload' | 'keys'> &
  Partial<Pick<JobDefinition, 'queue' | 'retries' | 'timeoutSeconds'>> & {
    backoff?: Partial<JobDefinition['backoff']>;
  };

export function defineJob<Payload extends z.ZodType>(given: Given<Payload>): JobDefinition<Payload> {
  return {
    queue: 'default',
    retries: 10,
    timeoutSeconds: 300,
    ...given,
    backoff: { firstSeconds: 5, maxSeconds: 3600, ...given.backoff },
  };
}

export interface AddOptions {
  /** The earliest time of the first attempt, by the clock of the database. RFC 3339 text. Default: now. */
  runAt?: string;
  /** Required by definitions with `keys: 'unique'`. */
  uniqueKey?: string;
  /** Required by definitions with `keys: 'serial'`. */
  serialKey?: string;
}

/** An attempt of a job that this process runs. */
export interface RunningJob {
  /** The same in every attempt. Send it to other servers as an idempotency key. */
  id: Id;
  /** The number of this attempt, from 1. */
  attempt: number;
  isLastAttempt: boolean;
  /** Aborts when the attempt has taken too long, when the process shuts down, or when another process took the job. */
  signal: AbortSignal;
  /**
   * Runs `work` and completes the job in one transaction, so that its effect happens exactly once. If another process
   * has taken the job in the meantime, everything is rolled back.
   * @throws LeaseLost
   */
  transaction<T>(work: () => Promise<T>): Promise<T>;
}

/**
 * Runs a job. It can run more than once: after a failure, or if the process ends before the job is recorded as done.
 * What it writes to the database within `job.transaction` happens once.
 */
export type JobHandler<Payload extends z.ZodType> = (
  payload: z.output<Payload>,
  job: RunningJob,
) => Promise<void>;
