/**
 * `npm run bench:jobs [-- --quick]`: the queue of jobs beside the lowest cost of a queue in PostgreSQL, in the same run:
 * the time until a job starts, jobs per second, the time to fetch one of a million, and what jobs that always fail do to
 * others. Both sides share the cores of the machine, so compare the ratios, not the figures of other machines.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { isMain } from '../scripts/tools/main.ts';
import { openJobDatabase } from '../test/heavy/job-app.ts';
import { Closing } from '../test/support/closing.ts';
import { bareQueue } from './jobs/bare-queue.ts';
import { galleyQueue } from './jobs/galley-queue.ts';
import { type JobQueue, SLOTS } from './jobs/job-queue.ts';
import { medianOf, type Quantiles, quantilesOf } from './jobs/quantiles.ts';

interface Sizes {
  rounds: number;
  /** Jobs whose start is measured in each round. */
  starts: number;
  jobs: number;
  waiting: number;
}
const WHOLE: Sizes = { rounds: 3, starts: 300, jobs: 10_000, waiting: 1_000_000 };
const QUICK: Sizes = { rounds: 1, starts: 60, jobs: 1000, waiting: 20_000 };
const BUSY = 100;

/** Prints the table. Ends everything that it has started, even if it fails. */
export async function benchJobs(sizes: Sizes): Promise<void> {
  const closing = new Closing();
  try {
    const { url, pool } = await openJobDatabase(closing);
    const bare = await bareQueue(url, closing);
    const galley = await galleyQueue(url, pool, closing);
    console.log('| measured | Galley | bare table | ratio |\n|---|---|---|---|');
    await warmUp([galley, bare]);
    await empty(galley, bare, sizes);
    await throughput(galley, bare, sizes);
    await fetching(galley, bare, sizes);
    await beside(galley, sizes);
  } finally {
    await closing.close();
  }
}

const warmUp = async (queues: JobQueue[]) => {
  for (const queue of queues) await startTimes(queue, 30);
};

async function empty(galley: JobQueue, bare: JobQueue, { rounds, starts }: Sizes): Promise<void> {
  const runs = await inTurn(rounds, [galley, bare], (queue) => startTimes(queue, starts));
  row('from the commit to the start, empty queue', ...runs);
}

async function throughput(galley: JobQueue, bare: JobQueue, { rounds, jobs }: Sizes): Promise<void> {
  const rates: number[][] = [[], []];
  for (let round = 0; round < rounds; round++)
    for (const [n, queue] of [galley, bare].entries()) rates[n]?.push(await jobsPerSecond(queue, jobs));
  const [ours = NaN, theirs = NaN] = rates.map(
    (all) => all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)],
  );
  console.log(
    `| trivial jobs per second, ${SLOTS} slots | ${ours.toFixed(0)} | ${theirs.toFixed(0)} | ${(ours / theirs).toFixed(2)} |`,
  );
}

async function fetching(galley: JobQueue, bare: JobQueue, { rounds, starts, waiting }: Sizes): Promise<void> {
  for (const queue of [galley, bare]) await queue.fill(waiting);
  const runs = await inTurn(rounds, [galley, bare], (queue) =>
    times(starts, () => timeOf(() => queue.take())),
  );
  row(`fetch one of ${waiting} that are due`, ...runs);
  const [others] = await inTurn(rounds, [galley], (queue) => startTimes(queue, starts));
  row(`from the commit to the start beside ${waiting}`, others);
  for (const queue of [galley, bare]) await queue.clear();
}

/** Jobs that succeed are the control: they cost the machine about as much. */
async function beside(galley: JobQueue, { rounds, starts }: Sizes): Promise<void> {
  const [alone] = await inTurn(rounds, [galley], (queue) => startTimes(queue, starts));
  row('from the commit to the start', alone);
  for (const how of ['succeeding', 'failing'] as const) {
    await galley.busy(BUSY, how);
    await delay(2000);
    const [besides] = await inTurn(rounds, [galley], (queue) => startTimes(queue, starts));
    row(`… beside ${BUSY} ${how} jobs each second`, besides);
    await galley.clear();
    await delay(1500);
  }
}

/** Measures the queues in turn, so that both see what else the machine does. */
async function inTurn(
  rounds: number,
  queues: JobQueue[],
  measure: (queue: JobQueue) => Promise<number[]>,
): Promise<Quantiles[]> {
  const runs: Quantiles[][] = queues.map(() => []);
  for (let round = 0; round < rounds; round++)
    for (const [n, queue] of queues.entries()) runs[n]?.push(quantilesOf(await measure(queue)));
  return runs.map(medianOf);
}

const startTimes = (queue: JobQueue, count: number): Promise<number[]> =>
  times(count, async () => {
    const started = new Promise<number>((resolve) => (queue.started = () => resolve(performance.now())));
    await queue.add();
    const committed = performance.now();
    const ms = Math.max(0, (await started) - committed);
    await delay(10 + Math.random() * 20);
    return ms;
  });

async function jobsPerSecond(queue: JobQueue, jobs: number): Promise<number> {
  let left = jobs;
  const done = new Promise<void>((resolve) => (queue.started = () => --left === 0 && resolve()));
  await queue.addMany(jobs);
  const since = performance.now();
  await done;
  const seconds = (performance.now() - since) / 1000;
  await delay(500);
  await queue.clear();
  return jobs / seconds;
}

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const since = performance.now();
  await work();
  return performance.now() - since;
}

async function times(count: number, measure: () => Promise<number>): Promise<number[]> {
  const all: number[] = [];
  for (let n = 0; n < count; n++) all.push(await measure());
  return all;
}

function row(measured: string, ours?: Quantiles, theirs?: Quantiles): void {
  const cell = (all?: Quantiles) => (all ? `p50 ${all.p50.toFixed(2)}, p99 ${all.p99.toFixed(2)} ms` : '');
  const ratio = ours && theirs ? (ours.p50 / theirs.p50).toFixed(2) : '';
  console.log(`| ${measured} | ${cell(ours)} | ${cell(theirs)} | ${ratio} |`);
}

if (isMain(import.meta)) {
  const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
  await benchJobs(values.quick ? QUICK : WHOLE);
}
