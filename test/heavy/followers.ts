/**
 * An author with many followers publishes, while another author without followers publishes, too. Measures the requests of
 * both, the time until all followers have their notices, the size of the table, and what an account with as many unread
 * notices pays for their number.
 * `npm run test:heavy -- followers [followers, default 100000] [rounds, default 3]`
 */
import { setTimeout as delay } from 'node:timers/promises';
import { NotificationsRepository } from '#dist/notifications/notifications.repository.js';
import { Deployment } from './deployment.ts';
import { faultsAmong, type HeavyTest } from './heavy-test.ts';
import { type Statement, statementOf } from './list-statement.ts';
import { Writer } from './writer.ts';

const MOST_NOTIFIED_S = 60;
const MOST_COUNT_MS = 50;
const LONGEST_MS = 600_000;
/** Publications that are measured before the first round, and beside it. */
const QUIET = 100;
/** On a busy machine, the slowest of a hundred requests says little. */
const MOST_TIMES = 3;

const quantile = (all: number[], q: number) =>
  all.toSorted((a, b) => a - b)[Math.min(all.length - 1, Math.floor(all.length * q))] ?? NaN;
const shown = (all: number[]) =>
  `p50 ${quantile(all, 0.5).toFixed(1)} ms, p99 ${quantile(all, 0.99).toFixed(1)} ms (${all.length} requests)`;

export const followers: HeavyTest = async ([count = '100000', rounds = '3'], closing) => {
  const deployment = await Deployment.open(closing);
  const [api] = await deployment.started(1, { PROCESS_ROLE: 'api' });
  if (!api) throw new Error('no process');
  await deployment.started(1, { PROCESS_ROLE: 'worker' });
  const [famous, quiet] = [
    await Writer.signUp(api, 'famous@example.com'),
    await Writer.signUp(api, 'quiet@example.com'),
  ];
  await deployment.query(`UPDATE users SET role = 'author'`);
  await crowd(deployment, Number(count));

  const alone = await publications(quiet, QUIET);
  console.log(`publish without followers                 ${shown(alone)}`);
  const [beside, popular]: [number[], number[]] = [[], []];
  const seconds: number[] = [];
  for (let round = 0; round < Number(rounds); round++) {
    const [took = NaN] = await publications(famous, 1);
    popular.push(took);
    const since = performance.now();
    const notified = allNotified(deployment, Number(count) * (round + 1)).then(() => {
      seconds.push((performance.now() - since) / 1000);
    });
    beside.push(...(await publications(quiet, QUIET)));
    await notified;
  }
  console.log(
    `publish with ${count} followers           ${popular.map((ms) => `${ms.toFixed(1)} ms`).join(', ')}`,
  );
  console.log(`publish without, beside the notices       ${shown(beside)}`);
  console.log(
    `all notified after                        ${seconds.map((s) => `${s.toFixed(1)} s`).join(', ')}`,
  );
  const notices = Number(count) * Number(rounds);
  const made = await noticesIn(deployment);
  await sizes(deployment, notices);
  const counted = await unreadCount(deployment, Number(count));
  const profile = await profileOf(api.url, deployment);

  return faultsAmong([
    made !== notices && `there are ${made} notices instead of ${notices}`,
    Math.max(...seconds) > MOST_NOTIFIED_S && `all are notified after ${Math.max(...seconds)} s`,
    Math.max(...popular) > MOST_TIMES * quantile(alone, 0.99) &&
      `publishing with followers takes ${Math.max(...popular)} ms`,
    quantile(beside, 0.99) > MOST_TIMES * quantile(alone, 0.99) && 'the notices delay other publications',
    counted > MOST_COUNT_MS && `the number of unread notices takes ${counted} ms`,
    profile > 10 * MOST_COUNT_MS && `a profile takes ${profile} ms`,
  ]);
};

async function crowd(deployment: Deployment, count: number): Promise<void> {
  await deployment.query(
    `INSERT INTO users (id, name, role) SELECT gen_random_uuid(), 'Follower ' || n, 'user' FROM generate_series(1, $1::int) n`,
    count,
  );
  await deployment.query(
    `INSERT INTO follows (followed_id, follower_id)
     SELECT (SELECT id FROM users WHERE email = 'famous@example.com'), id FROM users WHERE name LIKE 'Follower %'`,
  );
  await deployment.query('VACUUM ANALYZE users, follows');
}

/** @returns the milliseconds of each request that publishes */
async function publications(author: Writer, count: number): Promise<number[]> {
  const times: number[] = [];
  for (let n = 0; n < count; n++) {
    const { id } = await author.make('/api/v1/posts', { title: `Post ${n}`, body: 'Words.' });
    const since = performance.now();
    await author.make(`/api/v1/posts/${id}/publish`);
    times.push(performance.now() - since);
  }
  return times;
}

async function allNotified(deployment: Deployment, count: number): Promise<void> {
  const since = performance.now();
  for (; (await noticesIn(deployment)) < count; await delay(100))
    if (performance.now() - since > LONGEST_MS)
      throw new Error(`waited ${LONGEST_MS / 1000} s for the notices`);
}

async function noticesIn(deployment: Deployment): Promise<number> {
  const [row] = await deployment.query<{ count: number }>('SELECT count(*)::int AS count FROM notifications');
  return row?.count ?? 0;
}

async function sizes(deployment: Deployment, rows: number): Promise<void> {
  const [row] = await deployment.query<{ table: number; all: number }>(
    `SELECT pg_table_size('notifications')::float8 AS table, pg_total_relation_size('notifications')::float8 AS all`,
  );
  const mebibytes = (bytes = NaN) => (bytes / 2 ** 20).toFixed(1);
  console.log(
    `${rows} notices occupy ${mebibytes(row?.all)} MiB, of which rows ${mebibytes(row?.table)} MiB: ${((row?.all ?? NaN) / rows).toFixed(0)} bytes each`,
  );
}

/** Gives one account many unread notices, and measures their number. @returns milliseconds */
async function unreadCount(deployment: Deployment, count: number): Promise<number> {
  const [reader] = await deployment.query<{ id: string }>(`SELECT id FROM users WHERE name = 'Follower 1'`);
  const id = reader?.id as string;
  await deployment.query(
    `INSERT INTO notifications (id, user_id, kind, event_id, post_id, in_app, awaits_digest)
     SELECT galley_uuidv7(clock_timestamp()), $1, 'post_published', gen_random_uuid(), p.id, true, false
     FROM generate_series(1, $2::int), LATERAL (SELECT id FROM posts ORDER BY id LIMIT 1) p`,
    id,
    count,
  );
  await deployment.query('VACUUM ANALYZE notifications');
  const { text, values }: Statement = statementOf((database) =>
    new NotificationsRepository(database).unreadCount({ id, role: 'user' }),
  );
  const plan = await deployment.query<{ 'QUERY PLAN': string }>(
    `EXPLAIN (ANALYZE, BUFFERS, COSTS OFF) ${text}`,
    ...values,
  );
  const lines = plan.map((line) => line['QUERY PLAN']);
  console.log(`the number of ${count} unread notices:\n  ${lines.join('\n  ')}`);
  const [, ms] = /Execution Time: ([\d.]+)/.exec(lines.join('\n')) ?? [];
  if (ms === undefined) throw new Error('the plan contains no time');
  return Number(ms);
}

/** @returns the milliseconds of a profile with all its followers */
async function profileOf(url: string, deployment: Deployment): Promise<number> {
  const [famous] = await deployment.query<{ id: string }>(
    `SELECT id FROM users WHERE email = 'famous@example.com'`,
  );
  const times: number[] = [];
  for (let n = 0; n < 50; n++) {
    const since = performance.now();
    await (await fetch(`${url}/api/v1/users/${famous?.id}`)).text();
    times.push(performance.now() - since);
  }
  console.log(`the profile with the followers           ${shown(times)}`);
  return quantile(times, 0.5);
}
