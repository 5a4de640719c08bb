import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { z } from 'zod';
import { type LifecycleSettings, lifecycleSettings } from '../lifecycle/lifecycle.settings.js';
import { PROCESS_ROLE, type ProcessRole } from '../lifecycle/process-role.js';
import { JOB_QUEUES, type JobDefinition, type JobHandler, type JobQueueName } from './job.js';
import { JobAttempts } from './job-attempts.js';
import { JobSlots } from './job-slots.js';
import { JobsRepository } from './jobs.repository.js';
import { type JobsSettings, jobsSettings } from './jobs.settings.js';

/** The time that remains for the rest of the shutdown, after jobs were given back. */
const RESERVE_MS = 3000;

/** Runs the jobs whose handlers this process knows, in the roles `worker` and `all`. It leaves all others alone. */
@Injectable()
export class JobWorkers implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly queueOf = new Map<string, JobQueueName>();
  private readonly slots: Map<JobQueueName, JobSlots>;
  private readonly drainMs: number;
  private started = false;

  constructor(
    @Inject(PROCESS_ROLE) private readonly role: ProcessRole,
    @Inject(jobsSettings.KEY) settings: JobsSettings,
    @Inject(lifecycleSettings.KEY) lifecycle: LifecycleSettings,
    private readonly jobs: JobsRepository,
    private readonly attempts: JobAttempts,
  ) {
    const most = concurrencyOf(settings);
    this.slots = new Map(JOB_QUEUES.map((queue) => [queue, new JobSlots(most[queue], jobs, attempts)]));
    this.drainMs = Math.max(500, lifecycle.SHUTDOWN_TIMEOUT_MS - lifecycle.SHUTDOWN_DELAY_MS - RESERVE_MS);
  }

  get runs(): boolean {
    return this.role === 'worker' || this.role === 'all';
  }

  handle(definition: JobDefinition, handler: JobHandler<z.ZodType>): void {
    if (this.queueOf.has(definition.name)) throw new Error(`Two handlers run the job ${definition.name}`);
    this.queueOf.set(definition.name, definition.queue);
    this.slots.get(definition.queue)?.know(definition.name);
    this.attempts.handle(definition, handler);
  }

  onApplicationBootstrap(): void {
    this.started = this.runs;
  }

  /** Fetches jobs of these names as soon as there are slots. It ignores names without a handler. */
  wake(names: Iterable<string>): void {
    if (!this.started) return;
    for (const name of names) {
      const queue = this.queueOf.get(name);
      if (queue) this.slots.get(queue)?.wake(name);
    }
  }

  /** Looks for jobs that are due, because their time has come or because nothing announced them. */
  async look(): Promise<void> {
    const names = [...this.queueOf.keys()];
    if (this.started && names.length > 0) this.wake(await this.jobs.due(names));
  }

  /** Fetches no more jobs, waits for the running ones, and gives back those that do not end in time. */
  async onModuleDestroy(): Promise<void> {
    this.started = false;
    await Promise.all([...this.slots.values()].map((slots) => slots.stop()));
    await this.attempts.drain(this.drainMs);
  }
}

const concurrencyOf = (settings: JobsSettings): Record<JobQueueName, number> => ({
  default: settings.JOBS_DEFAULT_CONCURRENCY,
  mail: settings.JOBS_MAIL_CONCURRENCY,
  webhooks: settings.JOBS_WEBHOOKS_CONCURRENCY,
  media: settings.JOBS_MEDIA_CONCURRENCY,
});
