import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AdvisoryLocks } from '../src/platform/database/advisory-locks.js';
import { Periodic } from '../src/platform/periodic/periodic.js';
import { command } from './support/command.js';
import { type Galley, startGalley } from './support/galley.js';
import { until } from './support/until.js';

const WORK_OF_A_WORKER = ['idempotency-purge', 'login-failures-purge', 'audit-seal', 'audit-purge'];

let galley: Galley;
let worker: Galley;
let api: Galley;
beforeAll(async () => {
  galley = await startGalley();
  worker = await startGalley({ PROCESS_ROLE: 'worker' }, galley.database);
  api = await startGalley({ PROCESS_ROLE: 'api' }, galley.database);
});
afterAll(async () => {
  await worker.stop();
  await api.stop();
  await galley.stop();
});

const jobs = ({ app }: Galley) => app.get(Periodic).running;

describe('a process of the role', () => {
  it('worker serves health and metrics, and nothing of the API', async () => {
    for (const path of ['/health', '/health/live', '/health/ready', '/metrics', '/health/metrics'])
      await worker.anyone.get(path).expect(200);
    for (const path of ['/api/v1/posts', '/api/v1/users/me', '/api/v1/auth/login', '/docs', '/openapi.json'])
      for (const method of ['GET', 'POST']) {
        const answer = await fetch(worker.url + path, { method });
        expect([answer.status, await answer.json()]).toEqual([
          404,
          expect.objectContaining({ code: 'route_not_found' }),
        ]);
      }
  });

  it('worker does the periodic work of the deployment, and api leaves it alone', () => {
    expect(jobs(worker)).toEqual(expect.arrayContaining(WORK_OF_A_WORKER));
    for (const name of WORK_OF_A_WORKER) expect(jobs(api)).not.toContain(name);
  });

  it('api completes the invalidations of a process that ended, which can have been the only worker', () => {
    for (const process of [api, worker, galley]) expect(jobs(process)).toContain('event-consumer:cache');
  });

  it('api serves all that a process of the role all serves, which does all that a worker does', async () => {
    for (const { anyone } of [api, galley])
      for (const path of ['/api/v1/posts', '/docs', '/health', '/metrics'])
        await anyone.get(path).expect(200);
    expect(jobs(galley)).toEqual(expect.arrayContaining([...jobs(api), ...WORK_OF_A_WORKER]));
  });
});

describe('periodic work', () => {
  it('is measured by job and outcome', async () => {
    worker.app.get(Periodic).add({ name: 'measured', roles: ['worker'], everyMs: 5, run: () => 'done' });
    await until(async () =>
      (await worker.anyone.get('/metrics')).text.includes(
        'periodic_runs_total{job="measured",outcome="succeeded"} 1',
      ),
    );
    const { text } = await worker.anyone.get('/metrics');
    expect(text).toContain('periodic_run_duration_seconds_count{job="measured"} 1');
    expect(text).toMatch(/periodic_last_success_timestamp_seconds\{job="measured"\} \d+/);
  });

  it('with a lock is never done by two processes at once', async () => {
    const ran = new Map<Galley, number>();
    let now = 0;
    let most = 0;
    for (const process of [galley, worker])
      process.app.get(Periodic).add({
        name: 'one at a time',
        roles: ['worker'],
        everyMs: 5,
        lock: process.app.get(AdvisoryLocks),
        run: async () => {
          most = Math.max(most, ++now);
          await galley.database.query('SELECT pg_sleep(0.01)');
          now--;
          ran.set(process, (ran.get(process) ?? 0) + 1);
        },
      });
    await until(() => Promise.resolve([galley, worker].every((process) => (ran.get(process) ?? 0) >= 5)));
    expect(most).toBe(1);
    const elsewhere = 'periodic_runs_total{job="one at a time",outcome="elsewhere"}';
    const texts = await Promise.all([galley, worker].map(({ anyone }) => anyone.get('/metrics')));
    expect(texts.some(({ text }) => text.includes(elsewhere))).toBe(true);
  });

  it('that is under way is waited for when the process ends', async () => {
    const ending = await startGalley({}, galley.database);
    const begun = Promise.withResolvers<void>();
    const open = Promise.withResolvers<void>();
    const order: string[] = [];
    ending.app.get(Periodic).add({
      name: 'slow',
      roles: ['worker'],
      everyMs: 5,
      lock: ending.app.get(AdvisoryLocks),
      run: async () => {
        begun.resolve();
        await open.promise;
        order.push('run');
      },
    });
    await begun.promise;
    const stopped = ending.stop().then(() => order.push('process'));
    await until(async () => (await ending.anyone.get('/health')).status === 200); // It still exists and waits.
    open.resolve();
    await stopped;
    expect(order).toEqual(['run', 'process']);
  });
});

describe('galley user:create', () => {
  it('starts no timer that repeats, leaves none behind, and does no periodic work', async () => {
    const post = await galley.aPost({ body: 'Rendered by an old renderer.' });
    await galley.app.close(); // A process of the role all would render the post again.
    await worker.stop();
    const version = () => galley.database.query('SELECT html_version FROM posts WHERE id = $1', [post.id]);
    await galley.database.query('UPDATE posts SET html_version = 0');
    const watch = pathToFileURL(`${import.meta.dirname}/support/count-timers.ts`).href;
    const { code, errors } = await command(
      ['user:create', '--email', 'ada@example.com', '--role', 'admin'],
      galley.database.url,
      { input: 'correct horse battery staple\n', settings: { NODE_OPTIONS: `--import ${watch}` } },
    );
    expect(code).toBe(0);
    expect(JSON.parse(errors.trim().split('\n').at(-1) ?? '')).toEqual({ intervals: 0, pending: 0 });
    expect(await version()).toEqual([{ html_version: 0 }]);
  });
});
