import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { ProcessRole } from '../lifecycle/process-role.js';
import type { Logger } from '../logging/logger.js';
import { until } from '../../../test/support/until.js';
import { Periodic } from './periodic.js';
import type { JobLock, PeriodicJob } from './periodic-job.js';
import type { RunMetrics } from './run-metrics.js';

const made: Periodic[] = [];
afterEach(() => Promise.all(made.splice(0).map((periodic) => periodic.onModuleDestroy())));

function started(jobs: PeriodicJob[], role: ProcessRole = 'all') {
  const warnings: unknown[] = [];
  const outcomes: string[] = [];
  const logger = {
    debug: () => undefined,
    info: () => undefined,
    warn: (facts: unknown) => warnings.push(facts),
  };
  const metrics = { ended: (job: string, outcome: string) => outcomes.push(`${job} ${outcome}`) };
  const periodic = new Periodic(role, logger as unknown as Logger, metrics as unknown as RunMetrics);
  for (const job of jobs) periodic.add(job);
  periodic.onApplicationBootstrap();
  made.push(periodic);
  return { periodic, warnings, outcomes };
}

const job = (given: Partial<PeriodicJob>): PeriodicJob => ({
  name: 'job',
  roles: ['worker'],
  everyMs: 1,
  run: () => undefined,
  ...given,
});

describe('a periodic job', () => {
  it.each([
    ['all', ['of the API', 'of a worker', 'of both']],
    ['api', ['of the API', 'of both']],
    ['worker', ['of a worker', 'of both']],
    ['command', []],
  ] as const)('runs in a process of the role %s: %j', (role, expected) => {
    const jobs = [
      job({ name: 'of the API', roles: ['api'] }),
      job({ name: 'of a worker', roles: ['worker'] }),
      job({ name: 'of both', roles: ['api', 'worker'] }),
    ];
    expect(started(jobs, role).periodic.running).toEqual(expected);
  });

  it('has one run at a time', async () => {
    let now = 0;
    let most = 0;
    let runs = 0;
    const run = async () => {
      most = Math.max(most, ++now);
      await delay(5);
      now--;
      runs++;
    };
    started([job({ run })]);
    await until(() => runs >= 3);
    expect(most).toBe(1);
  });

  it('runs again without waiting for its interval while it says that more work waits, and ends when it is done', async () => {
    const answers = ['again', 'again', 'done'] as const;
    let runs = 0;
    const { periodic } = started([job({ everyMs: 1e6, atStart: true, run: () => answers[runs++] })]);
    await until(() => periodic.running.length === 0);
    expect(runs).toBe(3);
  });

  it('is tried again when it failed, and warns of the first failure in a row alone', async () => {
    const fails = [true, true, false, true];
    let runs = 0;
    const run = () => {
      if (fails[runs++]) throw new Error('no database');
    };
    const { warnings, outcomes } = started([job({ run })]);
    await until(() => runs > fails.length);
    expect(outcomes.slice(0, 4)).toEqual(['job failed', 'job failed', 'job succeeded', 'job failed']);
    expect(warnings).toEqual(
      [1, 2].map(() => expect.objectContaining({ job: 'job', reason: 'no database' })),
    );
  });

  it('does nothing while another process holds its lock', async () => {
    let free = false;
    let runs = 0;
    const lock: JobLock = { holding: async (_name, work) => free && (await work(), true) };
    const { outcomes } = started([job({ lock, run: () => void runs++ })]);
    await until(() => outcomes.length > 1);
    expect([runs, outcomes[0]]).toEqual([0, 'job elsewhere']);
    free = true;
    await until(() => runs > 0);
  });

  it('runs at once when it is woken, and once more when it is woken while it runs', async () => {
    const open = Promise.withResolvers<void>();
    let runs = 0;
    const run = () => (++runs === 1 ? open.promise : undefined);
    const { periodic } = started([job({ everyMs: 1e6, run })]);
    periodic.wake('job');
    await until(() => runs === 1);
    periodic.wake('job');
    periodic.wake('job');
    open.resolve();
    await until(() => runs === 2);
    await delay(5);
    expect(runs).toBe(2);
  });

  it('that is woken very often rests between the starts of two runs, and one run serves all wake-ups of this time', async () => {
    let [runs, ended] = [0, 0];
    const run = () => void (++runs === 3 && (ended = performance.now()));
    const since = performance.now();
    const { periodic } = started([job({ everyMs: 1e6, restMs: 100, run })]);
    while (runs < 3) {
      periodic.wake('job');
      await delay(2);
    }
    expect(ended - since).toBeGreaterThanOrEqual(198); // Timers of Node may be a millisecond early.
  });

  it('has a name of its own', () => {
    expect(() => started([job({}), job({})])).toThrow('Two periodic jobs are called job');
  });

  it('starts at once when it is added to an app that has started', async () => {
    const { periodic } = started([]);
    let runs = 0;
    periodic.add(job({ run: () => void runs++ }));
    await until(() => runs > 0);
  });
});

describe('the end of the process', () => {
  it('tells the runs under way, waits for them, and starts no other', async () => {
    const open = Promise.withResolvers<void>();
    const seen: string[] = [];
    let runs = 0;
    const run = async (signal: AbortSignal) => {
      runs++;
      signal.addEventListener('abort', () => seen.push('told'));
      await open.promise;
      seen.push('ended');
      return 'again' as const;
    };
    const { periodic } = started([job({ run })]);
    await until(() => runs === 1);
    const closed = periodic.onModuleDestroy().then(() => seen.push('closed'));
    await delay(5);
    expect(seen).toEqual(['told']);
    open.resolve();
    await closed;
    expect([seen, runs]).toEqual([['told', 'ended', 'closed'], 1]);
  });
});
