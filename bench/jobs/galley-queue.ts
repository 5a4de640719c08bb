import type { Pool } from 'pg';
import { z } from 'zod';
import { defineJob } from '#dist/platform/jobs/job.js';
import { JobsRepository } from '#dist/platform/jobs/jobs.repository.js';
import type { NewJob } from '#dist/platform/jobs/job-row.js';
import { openJobApp } from '../../test/heavy/job-app.ts';
import type { Closing } from '../../test/support/closing.ts';
import { type JobQueue, SLOTS } from './job-queue.ts';

const payload = z.object({ n: z.int() });
const ROWS = 20_000;
const FOR_EVER = {
  payload,
  queue: 'mail',
  retries: 100_000,
  backoff: { firstSeconds: 1, maxSeconds: 1 },
} as const;
const TRIVIAL = defineJob({ name: 'trivial', payload, queue: 'mail' });
const WAITING = defineJob({ name: 'waiting', payload });
const FAILING = defineJob({ ...FOR_EVER, name: 'failing' });
const SUCCEEDING = defineJob({ ...FOR_EVER, name: 'succeeding' });

/** The queue of Galley: one process that adds, and one that runs, each with its own pool and listener. */
export async function galleyQueue(url: string, pool: Pool, closing: Closing): Promise<JobQueue> {
  const adder = await openJobApp(url, 'api');
  const worker = await openJobApp(url, 'worker', { JOBS_MAIL_CONCURRENCY: String(SLOTS) });
  for (const { close } of [adder, worker]) closing.add(close);
  const { jobs, database } = adder;
  const repository = adder.app.get(JobsRepository);
  const many = (count: number): NewJob<typeof payload>[] =>
    Array.from({ length: count }, (_, n) => ({ payload: { n } }));
  worker.jobs.handle(TRIVIAL, () => Promise.resolve(queue.started()));
  worker.jobs.handle(FAILING, () => Promise.reject(new Error('always')));
  // A job that succeeds adds the next one, which costs about as much as a retry.
  worker.jobs.handle(SUCCEEDING, ({ n }, job) =>
    job.transaction(async () => {
      const runAt = new Date(Date.now() + 1000).toISOString();
      await worker.jobs.add(SUCCEEDING, { n }, { runAt });
    }),
  );
  const queue: JobQueue = {
    name: 'Galley',
    started: () => undefined,
    add: async () => void (await database.transaction(() => jobs.add(TRIVIAL, { n: 1 }))),
    addMany: async (count) => void (await database.transaction(() => jobs.addMany(TRIVIAL, many(count)))),
    fill: async (count) => {
      for (let left = count; left > 0; left -= ROWS)
        await database.transaction(() => jobs.addMany(WAITING, many(Math.min(left, ROWS))));
      await pool.query('VACUUM ANALYZE pgboss.job_common');
    },
    take: async () => (await repository.fetch(WAITING.name, 1)).length,
    busy: async (count, how) => {
      const definition = how === 'failing' ? FAILING : SUCCEEDING;
      await database.transaction(() => jobs.addMany(definition, many(count)));
    },
    clear: async () => void (await pool.query('TRUNCATE pgboss.job_common')),
  };
  return queue;
}
