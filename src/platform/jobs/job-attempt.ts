import type { z } from 'zod';
import { outsideRequests, withinRequest } from '../logging/request-context.js';
import { actingAs } from '../origin/origin.js';
import type { Id } from '../schemas/schemas.js';
import { LeaseLost } from './job.errors.js';
import type { JobDefinition, JobHandler, RunningJob } from './job.js';
import type { JobCompletions } from './job-completions.js';
import type { JobData } from './job-row.js';
import type { FetchedJob, JobsRepository } from './jobs.repository.js';

/** How long after its timeout an attempt that does not end keeps its lease. */
const GRACE_SECONDS = 10;

/** One attempt of a job in this process. */
export class JobAttempt implements RunningJob {
  readonly id: Id;
  readonly name: string;
  /** Names the attempt, so that a later one cannot be ended by mistake. */
  readonly lease: { id: Id; retryCount: number };
  readonly attempt: number;
  readonly isLastAttempt: boolean;
  isDone = false;
  isLost = false;
  private readonly data: Partial<JobData>;
  private readonly stop = new AbortController();
  private readonly since = performance.now();

  constructor(
    job: FetchedJob,
    private readonly definition: JobDefinition,
    private readonly jobs: JobsRepository,
    private readonly completions: JobCompletions,
  ) {
    const { id, name, retryCount } = job;
    this.id = id;
    this.name = name;
    this.data = job.data ?? {};
    this.lease = { id, retryCount };
    this.attempt = retryCount + 1;
    this.isLastAttempt = retryCount >= job.retryLimit;
  }

  get signal(): AbortSignal {
    return this.stop.signal;
  }

  /** False for an attempt that did not end within its timeout, so that another process can take the job. */
  get renews(): boolean {
    return performance.now() - this.since < (this.definition.timeoutSeconds + GRACE_SECONDS) * 1000;
  }

  get facts(): object {
    const { requestId } = this.data.request ?? {};
    return { job: this.name, jobId: this.id, attempt: this.attempt, ...(requestId && { requestId }) };
  }

  /** Runs `work` for the request that added the job, and never for the one that happened to wake the worker. */
  onBehalf<T>(work: () => T): T {
    const { request } = this.data;
    const origin = {
      via: 'system',
      name: this.name,
      ...(request && { requestId: request.requestId }),
    } as const;
    const acting = () => actingAs(origin, work);
    return request ? withinRequest(request, acting) : outsideRequests(acting);
  }

  abort(reason: Error): void {
    this.stop.abort(reason);
  }

  /** Another process has taken the job. */
  lose(): void {
    if (this.isDone) return;
    this.isLost = true;
    this.abort(this.lostLease());
  }

  async run(handler: JobHandler<z.ZodType>): Promise<void> {
    const { timeoutSeconds } = this.definition;
    const payload = this.payload();
    const timer = setTimeout(
      () => this.abort(new Error(`The job did not end within ${timeoutSeconds} s`)),
      timeoutSeconds * 1000,
    ).unref();
    try {
      await handler(payload, this);
    } finally {
      clearTimeout(timer);
    }
    if (!this.isDone && !(await this.completions.complete(this.name, this.lease))) throw this.lostLease();
    this.isDone = true;
  }

  async transaction<T>(work: () => Promise<T>): Promise<T> {
    const result = await this.jobs.transaction(async () => {
      const result = await work();
      await this.complete();
      return result;
    });
    this.isDone = true;
    return result;
  }

  private async complete(): Promise<void> {
    const held = await this.jobs.complete(this.name, [this.lease]);
    if (!held.has(this.id)) throw this.lostLease();
  }

  private lostLease(): LeaseLost {
    return new LeaseLost(this.name, this.id);
  }

  /** A payload that is not valid is an ordinary failure, because a process of another release may accept it. */
  private payload(): unknown {
    const parsed = this.definition.payload.safeParse(this.data.payload);
    if (parsed.success) return parsed.data;
    const faults = parsed.error.issues.map(
      ({ path, message }) => `${path.join('.') || 'payload'}: ${message}`,
    );
    throw new Error(`The payload is not valid: ${faults.join('; ')}`);
  }
}
