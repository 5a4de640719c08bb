import { setTimeout as delay } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { PROBE } from '../jobs/probe.job.js';
import type { Queryable } from '../platform/database/queryable.js';
import { AddedJob } from '../platform/jobs/added-job.js';
import { BACKLOG, type QueueBacklog } from '../platform/jobs/queue-backlog.js';

const PROBE_MS = 5000;
const LOOK_MS = 50;
/** As in the alert JobsWaitTooLong. */
const MOST_SECONDS = 300;

/**
 * Adds a job that does nothing, and waits until a worker has run it. Dead jobs are named but are no failure, because
 * they can be older than the release.
 * @throws if no worker runs it, or if jobs of a queue have been due for too long
 */
export async function examineJobs(source: DataSource): Promise<string> {
  const database: Queryable = { query: ({ text, values }) => source.query(text, values) };
  const queues = await database.query<QueueBacklog>(BACKLOG);
  const ms = await timeOfProbe(database);
  if (ms === undefined)
    throw new Error(
      `no process ran a job within ${PROBE_MS / 1000} s; start one with the role worker or all, or wait until those of the queue ${PROBE.queue} have free slots`,
    );
  const behind = queues.filter(({ seconds }) => seconds > MOST_SECONDS);
  if (behind.length > 0) throw new Error(behind.map(late).join('; '));
  const dead = queues.reduce((sum, queue) => sum + queue.dead, 0);
  const waiting = queues.reduce((sum, queue) => sum + queue.waiting, 0);
  return `a job ran within ${Math.ceil(ms)} ms; waiting: ${waiting}, dead: ${dead}`;
}

const late = ({ queue, seconds, waiting }: QueueBacklog) =>
  `${waiting} jobs of the queue ${queue} wait, and the next one has been due for ${Math.round(seconds)} s`;

/** @returns the time from the addition of a job to its end, or undefined if nobody runs it */
async function timeOfProbe(database: Queryable): Promise<number | undefined> {
  const since = performance.now();
  const job = await AddedJob.add(database, PROBE, {});
  for (; performance.now() - since < PROBE_MS; await delay(LOOK_MS))
    if (await job.isDone()) return performance.now() - since;
  await job.withdraw();
  return undefined;
}
