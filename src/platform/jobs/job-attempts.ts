import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import { Database } from '../database/database.js';
import { messageOf } from '../errors/thrown.js';
import { Logger } from '../logging/logger.js';
import { GiveUp, LeaseLost, RetryLater } from './job.errors.js';
import type { JobDefinition, JobHandler } from './job.js';
import { JobAttempt } from './job-attempt.js';
import { JobCompletions } from './job-completions.js';
import { JobMetrics, type JobResult } from './job-metrics.js';
import { type Failure, type FetchedJob, JobsRepository } from './jobs.repository.js';

/** The time that aborted jobs have to end before they are given back. */
const ABORTED_MS = 1000;
const RENEW_EVERY_MS = 5000;
const MOST_MESSAGE = 1000;

interface Handled {
  definition: JobDefinition;
  handler: JobHandler<z.ZodType>;
}

/** The attempts that this process runs. They hold their leases as long as the process renews them. */
@Injectable()
export class JobAttempts {
  private readonly handled = new Map<string, Handled>();
  private readonly running = new Map<JobAttempt, Promise<unknown>>();
  private draining = false;

  constructor(
    private readonly jobs: JobsRepository,
    private readonly database: Database,
    private readonly logger: Logger,
    private readonly metrics: JobMetrics,
    private readonly completions: JobCompletions,
  ) {}

  handle(definition: JobDefinition, handler: JobHandler<z.ZodType>): void {
    this.handled.set(definition.name, { definition, handler });
    this.metrics.expect(definition);
  }

  /** Fetches jobs. If that fails, there are none, and the workers look again later. */
  async fetched(fetch: () => Promise<FetchedJob[]>): Promise<FetchedJob[]> {
    try {
      return await fetch();
    } catch (error) {
      this.logger.debug({ reason: messageOf(error) }, 'jobs could not be fetched');
      return [];
    }
  }

  /**
   * Runs a job to its end. It never throws.
   * @returns whether the end of this job permits another one to run
   */
  async run(job: FetchedJob): Promise<{ more: boolean }> {
    const { definition, handler } = this.handled.get(job.name) as Handled;
    const attempt = new JobAttempt(job, definition, this.jobs, this.completions);
    const since = performance.now();
    const ending = this.carryOut(attempt, handler).catch((error: unknown) => this.unsettled(attempt, error));
    this.running.set(attempt, ending);
    const result = await ending;
    this.running.delete(attempt);
    this.metrics.ended(definition, result, (performance.now() - since) / 1000);
    return { more: definition.keys === 'serial' };
  }

  /** Renews the leases of the running attempts, and aborts those that another process has taken. */
  async renew(): Promise<void> {
    const attempts = [...this.running.keys()].filter((attempt) => attempt.renews);
    if (attempts.length === 0) return;
    const held = await this.jobs.renew(attempts);
    for (const attempt of attempts) if (!held.has(attempt.id)) attempt.lose();
  }

  /** Waits for the running attempts, then aborts them, and gives back those that do not end. */
  async drain(ms: number): Promise<void> {
    this.draining = true;
    for (const until = performance.now() + ms; this.running.size > 0;) {
      const left = until - performance.now();
      if (left <= 0) break;
      await this.allEnd(Math.min(left, RENEW_EVERY_MS));
      await this.renew().catch(() => undefined);
    }
    for (const attempt of this.running.keys()) attempt.abort(new Error('The process shuts down'));
    await this.allEnd(ABORTED_MS);
    for (const attempt of this.running.keys()) await this.giveBack(attempt).catch(() => undefined);
  }

  private async allEnd(ms: number): Promise<void> {
    const stop = new AbortController();
    const pause = delay(ms, undefined, { signal: stop.signal }).catch(() => undefined);
    await Promise.race([Promise.all(this.running.values()), pause]);
    stop.abort();
  }

  private async carryOut(attempt: JobAttempt, handler: JobHandler<z.ZodType>): Promise<JobResult> {
    try {
      await attempt.onBehalf(() => this.database.apart(() => attempt.run(handler)));
      return 'done';
    } catch (error) {
      if (error instanceof LeaseLost || attempt.isLost) return this.lost(attempt);
      if (attempt.isDone) return this.doneAnyway(attempt, error);
      if (this.draining && attempt.signal.aborted) return this.giveBack(attempt);
      return this.failed(attempt, error);
    }
  }

  private async failed(attempt: JobAttempt, error: unknown): Promise<JobResult> {
    const failure = failureOf(error);
    if (!(await this.jobs.fail(attempt.name, attempt.lease, failure))) return this.lost(attempt);
    const isDead = failure.isFinal === true || attempt.isLastAttempt;
    const facts = { ...attempt.facts, reason: failure.message };
    if (isDead) this.logger.warn(facts, 'a job is dead: it failed in its last attempt');
    else this.logger.info(facts, 'a job failed; it is tried again');
    return isDead ? 'dead' : 'failed';
  }

  private async giveBack(attempt: JobAttempt): Promise<JobResult> {
    await this.jobs.release(attempt.name, attempt.lease);
    this.logger.info(attempt.facts, 'a job was given back, because the process shuts down');
    return 'released';
  }

  private lost(attempt: JobAttempt): JobResult {
    this.logger.warn(attempt.facts, 'another process has taken a job, so this attempt changed nothing');
    return 'lost';
  }

  private doneAnyway(attempt: JobAttempt, error: unknown): JobResult {
    this.logger.warn({ ...attempt.facts, err: error }, 'a handler failed after its job was done');
    return 'done';
  }

  /** The database did not record the end of the attempt. Its lease expires, and the job runs again. */
  private unsettled(attempt: JobAttempt, error: unknown): JobResult {
    this.logger.warn({ ...attempt.facts, reason: messageOf(error) }, 'the end of a job was not recorded');
    return 'lost';
  }
}

function failureOf(error: unknown): Failure {
  // PostgreSQL stores neither NUL nor half a character.
  const message = messageOf(error).slice(0, MOST_MESSAGE).replaceAll('\0', ' ').toWellFormed();
  if (error instanceof RetryLater) return { message, retrySeconds: error.seconds };
  return { message, isFinal: error instanceof GiveUp };
}
