/**
 * A process for `jobs-kill`: `worker` runs jobs, and `adder` adds them. It prints a line at the moment at which it may
 * be killed.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { sql } from '#dist/platform/database/database.js';
import { openJobApp, ORDER } from './job-app.ts';

const LONGEST_MS = 100;
const [role = '', url = ''] = process.argv.slice(2);
const { app, jobs, database } = await openJobApp(url, role === 'worker' ? 'worker' : 'api', {
  DATABASE_POOL_MAX: '10',
  JOBS_DEFAULT_CONCURRENCY: '4',
});

if (role === 'worker') {
  jobs.handle(ORDER, async ({ order }, job) => {
    await database.transaction(() =>
      database.query(sql`INSERT INTO attempts (job, attempt) VALUES (${job.id}, ${job.attempt})`),
    );
    console.log('running');
    await delay(Math.random() * LONGEST_MS);
    await job.transaction(async () => {
      await database.query(sql`INSERT INTO effects (n) VALUES (${order})`);
      await delay(Math.random() * LONGEST_MS);
    });
  });
} else {
  for (;;)
    await database.transaction(async () => {
      const [row] = await database.query<{ n: number }>(sql`INSERT INTO orders DEFAULT VALUES RETURNING n`);
      await jobs.add(ORDER, { order: row?.n ?? 0 });
      console.log('added');
      await delay(Math.random() * 10);
    });
}

process.once('SIGTERM', () => void app.close().then(() => process.exit(0)));
