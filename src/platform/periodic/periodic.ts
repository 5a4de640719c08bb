import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { PROCESS_ROLE, type ProcessRole } from '../lifecycle/process-role.js';
import { Logger } from '../logging/logger.js';
import { actingAs } from '../origin/origin.js';
import type { Next, PeriodicJob } from './periodic-job.js';
import { RunMetrics, type RunOutcome } from './run-metrics.js';

/** Prevents that processes that started together continue to run their jobs at the same time. */
const JITTER = 0.1;
const AGAIN_MS = 20;

const withJitter = (ms: number) => ms * (1 - JITTER + 2 * JITTER * Math.random());

/**
 * Runs all work that repeats (decision 0046). A job never runs twice at the same time in this process, and with a
 * lock only one process runs it at a time. A failed run is repeated after the interval. The shutdown of the process
 * waits for the current runs.
 */
@Injectable()
export class Periodic implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly jobs: PeriodicJob[] = [];
  private readonly loops = new Map<string, Promise<void>>();
  private readonly stop = new AbortController();
  private readonly failing = new Set<string>();
  private readonly pauses = new Map<string, AbortController>();
  private readonly woken = new Set<string>();
  private started = false;

  constructor(
    @Inject(PROCESS_ROLE) private readonly role: ProcessRole,
    private readonly logger: Logger,
    private readonly metrics: RunMetrics,
  ) {}

  /** The module that owns the job calls this. The job starts with the app, or immediately if the app is running. */
  add(job: PeriodicJob): void {
    if (this.jobs.some(({ name }) => name === job.name))
      throw new Error(`Two periodic jobs are called ${job.name}`);
    this.jobs.push(job);
    if (this.started) this.start(job);
  }

  /**
   * Ends the pause of a job that this process runs. If the job is running, it runs again without a pause, because
   * its present run may have missed the reason. Only its rest (`restMs`) comes before.
   */
  wake(name: string): void {
    const pause = this.pauses.get(name);
    if (pause) pause.abort();
    else if (this.loops.has(name)) this.woken.add(name);
  }

  /** The names of the jobs that this process runs. */
  get running(): string[] {
    return [...this.loops.keys()];
  }

  onApplicationBootstrap(): void {
    this.started = true;
    for (const job of this.jobs) this.start(job);
    this.logger.debug({ role: this.role, jobs: this.running }, 'periodic jobs started');
  }

  async onModuleDestroy(): Promise<void> {
    this.stop.abort();
    for (const pause of this.pauses.values()) pause.abort();
    await Promise.all(this.loops.values());
  }

  private start(job: PeriodicJob): void {
    if (this.runsHere(job) && !this.stop.signal.aborted) this.loops.set(job.name, this.repeat(job));
  }

  private runsHere({ roles }: PeriodicJob): boolean {
    if (this.role === 'command') return false;
    return this.role === 'all' ? roles.length > 0 : roles.includes(this.role);
  }

  private async repeat(job: PeriodicJob): Promise<void> {
    const { signal } = this.stop;
    let since = -Infinity;
    for (let pause = job.atStart ? AGAIN_MS : withJitter(job.everyMs); ;) {
      await this.pause(job.name, pause);
      await this.rest(since + (job.restMs ?? 0) - performance.now());
      if (signal.aborted) return;
      this.woken.delete(job.name); // This run does what it was woken for until now.
      since = performance.now();
      const next = await this.once(job);
      if (next === 'done') return void this.loops.delete(job.name);
      pause = next === 'again' ? AGAIN_MS : withJitter(job.everyMs);
    }
  }

  private async pause(name: string, ms: number): Promise<void> {
    if (this.woken.delete(name) || this.stop.signal.aborted) return;
    const pause = new AbortController();
    this.pauses.set(name, pause);
    await delay(ms, undefined, { ref: false, signal: pause.signal }).catch(() => undefined);
    this.pauses.delete(name);
  }

  /** Unlike a pause, it is not ended by a wake-up. */
  private async rest(ms: number): Promise<void> {
    if (ms > 0) await delay(ms, undefined, { ref: false, signal: this.stop.signal }).catch(() => undefined);
  }

  private async once(job: PeriodicJob): Promise<Next> {
    const since = performance.now();
    const ended = (outcome: RunOutcome) =>
      this.metrics.ended(job.name, outcome, (performance.now() - since) / 1000);
    let next: Next | void = 'later';
    const work = async () => void (next = await job.run(this.stop.signal));
    const locked = async () => (job.lock ? await job.lock.holding(job.name, work) : (await work(), true));
    try {
      const ran = await actingAs({ via: 'system', name: job.name }, locked);
      ended(ran ? 'succeeded' : 'elsewhere');
      if (ran && this.failing.delete(job.name))
        this.logger.info({ job: job.name }, 'a periodic job succeeds again');
      return next ?? 'later';
    } catch (error) {
      ended('failed');
      this.noteFailure(job, error);
      return 'later';
    }
  }

  /** Only the first failure after a success is logged as a warning. The metrics count the others. */
  private noteFailure({ name, everyMs }: PeriodicJob, error: unknown): void {
    const facts = { job: name, everyMs, reason: error instanceof Error ? error.message : 'unknown' };
    if (this.failing.has(name)) return this.logger.debug(facts, 'a periodic job failed again');
    this.failing.add(name);
    this.logger.warn(facts, 'a periodic job failed; it is tried again');
  }
}
