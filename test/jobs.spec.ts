import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { z } from 'zod';
import { Database, sql } from '../src/platform/database/database.js';
import { GiveUp, LeaseLost, RetryLater } from '../src/platform/jobs/job.errors.js';
import { type AddOptions, defineJob, type JobDefinition, type RunningJob } from '../src/platform/jobs/job.js';
import { currentRequest, withinRequest } from '../src/platform/logging/request-context.js';
import { currentOrigin } from '../src/platform/origin/origin.js';
import { JobBacklog } from '../src/platform/jobs/job-backlog.js';
import { JobMaintenance } from '../src/platform/jobs/job-maintenance.js';
import { JobWorkers } from '../src/platform/jobs/job-workers.js';
import { JobAttempts } from '../src/platform/jobs/job-attempts.js';
import { Jobs } from '../src/platform/jobs/jobs.js';
import { aJob } from './support/a-job.js';
import { type Galley, startGalley } from './support/galley.js';
import { isLockAwaited } from './support/lock-waits.js';
import { until } from './support/until.js';

const Payload = z.object({ n: z.int() });
type Handled = (payload: { n: number }, job: RunningJob) => Promise<void>;

let galley: Galley;
beforeAll(async () => {
  galley = await startGalley();
  await galley.database.query('CREATE TABLE effects (n int NOT NULL, job uuid NOT NULL)');
});
afterAll(() => galley.stop());

let count = 0;
/** A kind of job that only one test uses. */
function aKind(given: Partial<JobDefinition> & { handler?: Handled } = {}, app = galley.app) {
  const { handler = () => Promise.resolve(), ...rest } = given;
  const definition = defineJob({ name: `kind-${++count}`, ...rest, payload: Payload });
  if (rest.name !== undefined) definition.name = rest.name;
  const jobs = app.get(Jobs);
  jobs.handle(definition, handler);
  const database = app.get(Database);
  const add = (n = 1, options?: AddOptions) =>
    database.transaction(() => jobs.add(definition, { n }, options));
  return { name: definition.name, definition, add };
}

interface Row {
  id: string;
  state: string;
  retry_count: number;
  message: string | null;
  seconds: number;
}
const rowsOf = (name: string) =>
  galley.database.query<Row>(
    `SELECT id, state, retry_count, output->>'message' AS message,
       extract(epoch FROM start_after - now())::float8 AS seconds
     FROM pgboss.job WHERE name = $1 ORDER BY id`,
    [name],
  );
const statesOf = async (name: string) => (await rowsOf(name)).map(({ state }) => state);
const untilStates = (name: string, ...states: string[]) =>
  until(async () => JSON.stringify(await statesOf(name)) === JSON.stringify(states));
/** Makes waiting jobs due. */
const hurry = (name: string) =>
  galley.database.query(`UPDATE pgboss.job SET start_after = now() WHERE name = $1 AND state < 'active'`, [
    name,
  ]);
const effect = (n: number, id: string) =>
  galley.app.get(Database).query(sql`INSERT INTO effects (n, job) VALUES (${n}, ${id})`);
const effectsOf = async (id: string) =>
  (await galley.database.query('SELECT 1 FROM effects WHERE job = $1', [id])).length;

describe('a job', () => {
  it('runs after the commit of the transaction that added it', async () => {
    const seen: unknown[] = [];
    const handler: Handled = ({ n }, { id, attempt }) => Promise.resolve(void seen.push([n, id, attempt]));
    const { name, add } = aKind({ handler });
    const id = await add(7);
    await untilStates(name, 'completed');
    expect(seen).toEqual([[7, id, 1]]);
  });

  it('does not exist if that transaction is rolled back', async () => {
    const { name, definition } = aKind();
    const failing = galley.app.get(Database).transaction(async () => {
      await galley.app.get(Jobs).add(definition, { n: 1 });
      throw new Error('rolled back');
    });
    await expect(failing).rejects.toThrow('rolled back');
    expect(await rowsOf(name)).toEqual([]);
  });

  it('cannot be added outside of a transaction', async () => {
    const { definition } = aKind();
    await expect(galley.app.get(Jobs).add(definition, { n: 1 })).rejects.toThrow('requires a transaction');
  });

  it('cannot be added with a payload that its definition does not accept', async () => {
    const { add } = aKind();
    await expect(add(1.5)).rejects.toThrow('must be a whole number');
  });

  it('waits for its time', async () => {
    const { name, add } = aKind();
    await add(1, { runAt: new Date(Date.now() + 3_600_000).toISOString() });
    await delay(1500); // longer than workers wait until they look
    expect(await statesOf(name)).toEqual(['created']);
    await hurry(name);
    await untilStates(name, 'completed');
  });

  it('belongs to the request that added it, and to no other', async () => {
    const seen: unknown[] = [];
    const handler: Handled = () => Promise.resolve(void seen.push([currentRequest(), currentOrigin()]));
    const { name, definition, add } = aKind({ handler });
    const request = { requestId: 'req-1', traceId: 'a'.repeat(32) };
    await withinRequest(request, () => add());
    const origin = { via: 'system', name };
    await until(() => seen.length === 1);
    expect(seen[0]).toEqual([request, { ...origin, requestId: 'req-1' }]);
    const later = { runAt: new Date(Date.now() + 3_600_000).toISOString() };
    await add(2, later);
    await hurry(name);
    await withinRequest(request, () => galley.app.get(JobWorkers).look());
    await until(() => seen.length === 2);
    expect(seen[1]).toEqual([undefined, origin]);
    const admin = galley.as(await galley.aUser({ role: 'admin' }));
    const { body } = await admin
      .get(`/api/v1/admin/jobs?filter[name]=${definition.name}&sort=createdAt`)
      .expect(200);
    expect(body.data.map(({ requestId }: { requestId: unknown }) => requestId)).toEqual(['req-1', null]);
  });

  it('is found by a worker of another process', async () => {
    const api = await startGalley({ PROCESS_ROLE: 'api' }, galley.database);
    const { name, definition } = aKind();
    await api.app.get(Database).transaction(() => api.app.get(Jobs).add(definition, { n: 1 }));
    await untilStates(name, 'completed');
    await api.stop();
  });

  it('is left alone by a process that does not know it', async () => {
    const definition = defineJob({ name: 'of-the-next-release', payload: Payload });
    await galley.app.get(Database).transaction(() => galley.app.get(Jobs).add(definition, { n: 1 }));
    await delay(1500);
    expect(await statesOf(definition.name)).toEqual(['created']);
  });
});

describe('a job that fails', () => {
  it('is tried again after a pause that doubles, and is dead after its last retry', async () => {
    const attempts: number[] = [];
    const handler: Handled = (_, { attempt, isLastAttempt }) => {
      attempts.push(attempt);
      return Promise.reject(new Error(isLastAttempt ? 'the last one' : 'not yet'));
    };
    const { name, add } = aKind({ handler, retries: 2, backoff: { firstSeconds: 100, maxSeconds: 1000 } });
    await add();
    const pauses: number[] = [];
    for (let n = 0; n < 2; n++) {
      await untilStates(name, 'retry');
      pauses.push((await rowsOf(name))[0]?.seconds as number);
      await hurry(name);
      await until(() => attempts.length === n + 2);
    }
    await untilStates(name, 'failed');
    expect(attempts).toEqual([1, 2, 3]);
    expect((await rowsOf(name))[0]?.message).toBe('the last one');
    const [first = 0, second = 0] = pauses;
    expect([first > 90 && first <= 200, second > 190 && second <= 400]).toEqual([true, true]);
  });

  it('can choose the pause, or that no attempt follows', async () => {
    const later = aKind({ handler: () => Promise.reject(new RetryLater(500, 'busy')) });
    const never = aKind({ handler: () => Promise.reject(new GiveUp('gone')) });
    await Promise.all([later.add(), never.add()]);
    await untilStates(later.name, 'retry');
    expect(Math.round(((await rowsOf(later.name))[0]?.seconds as number) / 10)).toBe(50);
    await untilStates(never.name, 'failed');
  });

  it('fails if its payload is not what this release accepts, and says why', async () => {
    const { name, definition } = aKind();
    const older = defineJob({ name, payload: z.object({ m: z.string() }) });
    await galley.app.get(Database).transaction(() => galley.app.get(Jobs).add(older, { m: 'x' }));
    await untilStates(name, 'retry');
    expect((await rowsOf(name))[0]?.message).toMatch(/^The payload is not valid: n: /);
    expect(definition.name).toBe(name);
  });

  it('is tried again whatever characters its error contains', async () => {
    const messages = [`NUL \0`, 'half \ud83d', `${'x'.repeat(999)}\u{1f600}`];
    const handler: Handled = () => Promise.reject(new Error(messages.shift()));
    const { name, add } = aKind({ handler, retries: 0 });
    for (let n = 0; n < 3; n++) await add();
    await untilStates(name, 'failed', 'failed', 'failed');
    const stored = (await rowsOf(name)).map(({ message }) => message).sort();
    expect(stored).toEqual(['NUL  ', 'half \ufffd', `${'x'.repeat(999)}\ufffd`]);
  });

  it('is aborted when it takes too long', async () => {
    const handler: Handled = (_, { signal }) =>
      new Promise((_resolve, reject) =>
        signal.addEventListener('abort', () => reject(signal.reason as Error)),
      );
    const { name, add } = aKind({ handler, timeoutSeconds: 1 });
    await add();
    await untilStates(name, 'retry');
    expect((await rowsOf(name))[0]?.message).toBe('The job did not end within 1 s');
  });
});

describe('a lease', () => {
  const expire = (name: string) =>
    galley.database.query(`UPDATE pgboss.job SET heartbeat_on = now() - interval '1 hour' WHERE name = $1`, [
      name,
    ]);

  it('that expired gives the job to another attempt, and the effect happens once', async () => {
    const first = Promise.withResolvers<void>();
    const outcomes: unknown[] = [];
    const handler: Handled = async ({ n }, job) => {
      if (job.attempt === 1) await first.promise;
      await job
        .transaction(() => effect(n, job.id))
        .then(
          () => outcomes.push('done'),
          (error: unknown) => {
            outcomes.push(error);
            throw error;
          },
        );
    };
    const { name, add } = aKind({ handler });
    const id = (await add()) as string;
    await untilStates(name, 'active');
    await expire(name);
    await galley.app.get(JobMaintenance).takeOver();
    await untilStates(name, 'completed');
    first.resolve();
    await until(() => outcomes.length === 2);
    expect(outcomes).toEqual(['done', expect.any(LeaseLost)]);
    expect(await effectsOf(id)).toBe(1);
    expect(await rowsOf(name)).toEqual([expect.objectContaining({ state: 'completed', retry_count: 1 })]);
  });

  it('that expired aborts the attempt, and its failure changes nothing', async () => {
    const handler: Handled = (_, { attempt, signal }) =>
      attempt === 1
        ? new Promise((_resolve, reject) =>
            signal.addEventListener('abort', () => reject(signal.reason as Error)),
          )
        : Promise.resolve();
    const { name, add } = aKind({ handler });
    await add();
    await untilStates(name, 'active');
    await expire(name);
    await galley.app.get(JobMaintenance).takeOver();
    await untilStates(name, 'completed');
    await galley.app.get(JobAttempts).renew();
    await delay(50);
    expect(await rowsOf(name)).toEqual([expect.objectContaining({ state: 'completed', message: null })]);
  });

  it('is renewed while the job runs', async () => {
    const end = Promise.withResolvers<void>();
    const { name, add } = aKind({ handler: () => end.promise });
    await add();
    await untilStates(name, 'active');
    await galley.database.query(
      `UPDATE pgboss.job SET heartbeat_on = now() - interval '20 s' WHERE name = $1`,
      [name],
    );
    await galley.app.get(JobAttempts).renew();
    const [row] = await galley.database.query<{ age: number }>(
      `SELECT extract(epoch FROM now() - heartbeat_on)::float8 AS age FROM pgboss.job WHERE name = $1`,
      [name],
    );
    expect(row?.age).toBeLessThan(15);
    end.resolve();
    await untilStates(name, 'completed');
  });

  it('ends in the last attempt: the job is dead', async () => {
    const end = Promise.withResolvers<void>();
    const { name, add } = aKind({ handler: () => end.promise, retries: 0 });
    await add();
    await untilStates(name, 'active');
    await expire(name);
    await galley.app.get(JobMaintenance).takeOver();
    expect(await statesOf(name)).toEqual(['failed']);
    const { text } = await galley.anyone.get('/metrics');
    expect(text).toContain(`jobs_ended_total{queue="default",name="${name}",result="dead"} 1`);
    end.resolve();
  });
});

describe('a key', () => {
  it('that is unique admits one waiting job', async () => {
    const { name, add } = aKind({ keys: 'unique' });
    const later = { runAt: '2999-01-01T00:00:00Z' };
    const id = await add(1, { uniqueKey: 'a', ...later });
    expect(await add(2, { uniqueKey: 'a' })).toBeUndefined();
    expect(await add(3, { uniqueKey: 'b', ...later })).toBeDefined();
    expect((await rowsOf(name)).map((row) => row.id)).toContain(id);
    await expect(add(4)).rejects.toThrow('requires a uniqueKey');
  });

  it('that is serial keeps the order of its jobs, and a dead one does not hold up the others', async () => {
    const seen: string[] = [];
    let failures = 0;
    const handler: Handled = async ({ n }) => {
      if (n === 1 && failures++ < 2) throw new Error('not yet');
      await delay(5);
      seen.push(`${n}`);
    };
    const { name, add } = aKind({ keys: 'serial', handler, retries: 3 });
    for (const n of [1, 2, 3]) await add(n, { serialKey: 'a' });
    await until(async () => (await statesOf(name)).includes('retry'));
    await add(9, { serialKey: 'b' });
    await until(() => seen.length === 1);
    await until(async () => {
      await hurry(name);
      return seen.length === 4;
    });
    expect(seen).toEqual(['9', '1', '2', '3']);

    const dying = aKind({
      keys: 'serial',
      handler: ({ n }) => (n === 1 ? Promise.reject(new GiveUp('never')) : Promise.resolve()),
    });
    for (const n of [1, 2]) await dying.add(n, { serialKey: 'a' });
    await untilStates(dying.name, 'failed', 'completed');
  });
});

describe('a queue', () => {
  it('runs as many jobs at a time as it has slots, and a slow one delays no other queue', async () => {
    const open = Promise.withResolvers<void>();
    let now = 0;
    let most = 0;
    const slow = aKind({
      queue: 'media',
      handler: async () => {
        most = Math.max(most, ++now);
        await open.promise;
        now--;
      },
    });
    for (let n = 0; n < 5; n++) await slow.add();
    await until(() => now === 2);
    const quick = aKind({ queue: 'mail' });
    await quick.add();
    await untilStates(quick.name, 'completed');
    expect(await statesOf(slow.name)).toEqual(['active', 'active', 'created', 'created', 'created']);
    open.resolve();
    await untilStates(slow.name, ...Array<string>(5).fill('completed'));
    expect(most).toBe(2);
  });
});

describe('a kind of job', () => {
  it('never occupies all slots of its queue, so another one starts beside any number of slow ones', async () => {
    const open = Promise.withResolvers<void>();
    const slow = aKind({ queue: 'webhooks', handler: () => open.promise });
    const other = aKind({ queue: 'webhooks' });
    for (let n = 0; n < 25; n++) await slow.add();
    await until(async () => (await statesOf(slow.name)).filter((state) => state === 'active').length === 19);
    await other.add();
    await untilStates(other.name, 'completed');
    open.resolve();
    await untilStates(slow.name, ...Array<string>(25).fill('completed'));
  });
});

describe('the shutdown', () => {
  it('waits for running jobs, and gives back those that do not end, which another process runs at once', async () => {
    const worker = await startGalley(
      { PROCESS_ROLE: 'worker', SHUTDOWN_TIMEOUT_MS: '3500', SHUTDOWN_DELAY_MS: '0' },
      galley.database,
    );
    const ends = Promise.withResolvers<void>();
    const good = aKind({ name: 'that-ends', handler: () => ends.promise }, worker.app);
    const stuck = aKind({ name: 'that-hangs', handler: () => new Promise(() => undefined) }, worker.app);
    await good.add();
    await stuck.add();
    await untilStates(good.name, 'active');
    await untilStates(stuck.name, 'active');
    const stopped = worker.stop();
    ends.resolve();
    await stopped;
    expect(await statesOf(good.name)).toEqual(['completed']);
    expect(await rowsOf(stuck.name)).toEqual([expect.objectContaining({ state: 'retry', retry_count: 0 })]);
    expect((await rowsOf(stuck.name))[0]?.seconds).toBeLessThanOrEqual(0);
  });
});

describe('an administrator', () => {
  it('lists jobs by state, queue and name, page by page, and never sees a payload', async () => {
    const admin = galley.as(await galley.aUser({ role: 'admin' }));
    const name = 'listed';
    const states = ['created', 'active', 'retry', 'failed', 'completed'] as const;
    for (const state of states) await aJob(galley.database, state, { name, queue: 'webhooks' });
    const path = '/api/v1/admin/jobs?filter[name]=listed&filter[queue]=webhooks';
    const first = await admin.get(`${path}&limit=3`).expect(200);
    const second = await admin.get(`${path}&limit=3&cursor=${first.body.meta.nextCursor}`).expect(200);
    const all = [...first.body.data, ...second.body.data] as { state: string }[];
    expect(all.map(({ state }) => state)).toEqual(['done', 'dead', 'failed', 'running', 'waiting']);
    expect(first.text + second.text).not.toContain('secret');
    const { body } = await admin.get(`${path}&filter[state]=dead,done`).expect(200);
    expect(body.data).toHaveLength(2);
    await admin.get('/api/v1/admin/jobs?filter[state]=lost').expect(400);
  });

  it('reads them in the order in which they were written, whoever commits late', async () => {
    const admin = galley.as(await galley.aUser({ role: 'admin' }));
    const { name, definition } = aKind();
    const later = { runAt: '2999-01-01T00:00:00Z' };
    const open = Promise.withResolvers<void>();
    const added = Promise.withResolvers<void>();
    const slow = galley.app.get(Database).transaction(async () => {
      await galley.app.get(Jobs).add(definition, { n: 1 }, later);
      added.resolve();
      await open.promise;
    });
    await added.promise;
    for (const n of [2, 3])
      await galley.app.get(Database).transaction(() => galley.app.get(Jobs).add(definition, { n }, later));
    const path = `/api/v1/admin/jobs?filter[name]=${name}&sort=createdAt&limit=1`;
    const first = await admin.get(path).expect(200);
    expect(first.body).toEqual({ data: [], meta: { nextCursor: expect.any(String) } });
    open.resolve();
    await slow;
    const seen: string[] = [];
    for (let cursor = first.body.meta.nextCursor as string | null; cursor !== null;) {
      const { body } = await admin.get(`${path}&cursor=${cursor}`).expect(200);
      seen.push(...body.data.map(({ id }: { id: string }) => id));
      cursor = body.meta.nextCursor as string | null;
    }
    expect(seen).toEqual((await rowsOf(name)).map(({ id }) => id).sort());
    expect(seen).toHaveLength(3);
  });

  it('retries a dead job, and deletes one that does not run', async () => {
    const admin = galley.as(await galley.aUser({ role: 'admin' }));
    let isBroken = true;
    const handler: Handled = () => (isBroken ? Promise.reject(new GiveUp('broken')) : Promise.resolve());
    const { name, add } = aKind({ handler });
    const id = await add();
    await untilStates(name, 'failed');
    isBroken = false;
    await admin.post(`/api/v1/admin/jobs/${id}/retry`).expect(200);
    await untilStates(name, 'completed');
    const again = await admin.post(`/api/v1/admin/jobs/${id}/retry`).expect(409);
    expect(again.body.code).toBe('job_not_failed');
    await admin.delete(`/api/v1/admin/jobs/${id}`).expect(204);
    await admin.get(`/api/v1/admin/jobs/${id}`).expect(404);
    const running = await aJob(galley.database, 'active');
    const refused = await admin.delete(`/api/v1/admin/jobs/${running}`).expect(409);
    expect(refused.body.code).toBe('job_running');
  });

  it('learns that a job is gone if another one has deleted it at the same time', async () => {
    const admin = galley.as(await galley.aUser({ role: 'admin' }));
    for (const act of ['retry', 'delete'] as const) {
      const id = await aJob(galley.database, 'failed');
      const path = `/api/v1/admin/jobs/${id}`;
      const [deleted, commit] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      const first = galley.app.get(Database).transaction(async () => {
        await galley.app.get(Database).query(sql`DELETE FROM pgboss.job_common WHERE id = ${id}`);
        deleted.resolve();
        await commit.promise;
      });
      await deleted.promise;
      const second = (async () => (act === 'retry' ? admin.post(`${path}/retry`) : admin.delete(path)))();
      await delay(300);
      commit.resolve();
      await first;
      expect([act, (await second).status]).toEqual([act, 404]);
    }
  });
});

describe('the queue', () => {
  it('has the schema of the pinned version of pg-boss, so a new version needs a migration', async () => {
    const path = createRequire(import.meta.url).resolve('pg-boss/package.json');
    const { pgboss } = JSON.parse(readFileSync(path, 'utf8')) as { pgboss: { schema: number } };
    const rows = await galley.database.query('SELECT version FROM pgboss.version');
    expect(rows).toEqual([{ version: pgboss.schema }]);
  });

  it('sends nothing twice after a restore, if its operator sets the jobs aside as docs/jobs.md says', async () => {
    const [, statement = ''] = /```sql\n([^]*?)```/.exec(readFileSync('docs/jobs.md', 'utf8')) ?? [];
    const name = 'restored';
    for (const state of ['created', 'active', 'retry', 'completed'] as const)
      await aJob(galley.database, state, { name, queue: 'mail' });
    const other = await aJob(galley.database, 'created', { name: 'restored-too', queue: 'media' });
    await galley.database.query(statement);
    expect((await statesOf(name)).sort()).toEqual(['completed', 'failed', 'failed', 'failed']);
    expect(await rowsOf('restored-too')).toEqual([expect.objectContaining({ id: other, state: 'created' })]);
    const admin = galley.as(await galley.aUser({ role: 'admin' }));
    const { body } = await admin
      .get(`/api/v1/admin/jobs?filter[name]=${name}&filter[state]=dead`)
      .expect(200);
    expect(body.data[0].lastError).toBe('Set aside after a restore');
    await admin.post(`/api/v1/admin/jobs/${body.data[0].id}/retry`).expect(200);
    expect(await statesOf(name)).toContain('retry');
    await galley.database.query('DELETE FROM pgboss.job WHERE name = ANY($1)', [[name, 'restored-too']]);
  });

  it('is retried by the loop of docs/jobs.md, also behind a job that another one deletes', async () => {
    const [, loop = ''] = /```sh\n([^]*?)```/.exec(readFileSync('docs/jobs.md', 'utf8')) ?? [];
    const name = 'after-an-outage';
    const jobs = [];
    for (let n = 0; n < 3; n++) jobs.push(await aJob(galley.database, 'failed', { name, queue: 'mail' }));
    const { token: TOKEN } = await galley.aUser({ role: 'admin' });
    const deletion = new pg.Client({ connectionString: galley.database.url });
    await deletion.connect();
    let running;
    try {
      await deletion.query('BEGIN');
      await deletion.query('DELETE FROM pgboss.job_common WHERE id = $1', [jobs.at(-1)]);
      const env = { PATH: process.env.PATH, GALLEY: galley.url, TOKEN };
      running = promisify(execFile)('sh', ['-c', loop.replace('send-mail', name)], { env });
      void running.catch(() => undefined);
      await until(() => isLockAwaited(galley.database, '%pgboss%'));
      await deletion.query('COMMIT');
    } finally {
      await deletion.end();
    }
    expect((await running).stdout).toBe('retried: 2, refused: 1\n');
    expect(await statesOf(name)).toEqual(['retry', 'retry']);
  });

  it('is measured: what waits, for how long, and what is dead', async () => {
    const later = await aJob(galley.database, 'created', { name: 'measured', queue: 'media' });
    await galley.database.query(
      `UPDATE pgboss.job SET start_after = now() - interval '100 s' WHERE id = $1`,
      [later],
    );
    await galley.app.get(JobBacklog).measure();
    const { text } = await galley.anyone.get('/metrics');
    const valueOf = (name: string) =>
      Number(new RegExp(`^${name}{queue="media"} (.*)$`, 'm').exec(text)?.[1]);
    expect(valueOf('jobs_waiting')).toBeGreaterThanOrEqual(1);
    expect(valueOf('jobs_oldest_seconds')).toBeGreaterThanOrEqual(100);
    expect(text).toContain('jobs_dead{queue="mail"} 0');
  });

  it('deletes jobs that are done after an hour, and dead ones after 14 days', async () => {
    const name = 'ended';
    for (const [state, age] of [
      ['completed', '50 min'],
      ['completed', '2 h'],
      ['failed', '13 d'],
      ['failed', '15 d'],
    ] as const) {
      const id = await aJob(galley.database, state, { name });
      await galley.database.query(`UPDATE pgboss.job SET completed_on = now() - $2::interval WHERE id = $1`, [
        id,
        age,
      ]);
    }
    await galley.app.get(JobMaintenance).purge();
    expect((await statesOf(name)).sort()).toEqual(['completed', 'failed']);
  });
});
