import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { InjectMetric } from '@willsoto/nestjs-prometheus';
import type { Counter } from 'prom-client';
import { messageOf } from '../platform/errors/thrown.js';
import type { RunningJob } from '../platform/jobs/job.js';
import { Logger } from '../platform/logging/logger.js';
import type { Id } from '../platform/schemas/schemas.js';
import { DeliveryJobs } from './delivery-jobs.js';
import { DeliveryOutcomes } from './delivery-outcomes.js';
import { type DueDelivery, DeliveryQueueRepository } from './delivery-queue.repository.js';
import { DeliveryRequests } from './delivery-requests.js';
import { type WebhooksSettings, webhooksSettings } from './webhooks.settings.js';

/** After this time, a job starts no more requests, so that webhooks take turns in the slots of the queue. */
const SLICE_MS = 10_000;
/** How often a job looks for what has become due while it waits for slow responses. */
const LOOK_MS = 250;
/** How long nothing is sent to a receiver that did not respond several times. */
const REST_SECONDS = 15;

/** Sends what is due to one webhook: several deliveries at the same time, but one of each resource. */
@Injectable()
export class DeliveryPump {
  constructor(
    private readonly queue: DeliveryQueueRepository,
    private readonly requests: DeliveryRequests,
    private readonly outcomes: DeliveryOutcomes,
    private readonly jobs: DeliveryJobs,
    private readonly logger: Logger,
    @InjectMetric('webhook_attempts_total') private readonly attempts: Counter,
    @Inject(webhooksSettings.KEY) private readonly settings: WebhooksSettings,
  ) {}

  async run({ webhookId }: { webhookId: Id }, job: RunningJob): Promise<void> {
    if (!(await this.queue.transaction(() => this.queue.acquire(webhookId, job.id)))) return;
    const slice = new Slice(this.settings.WEBHOOKS_CONCURRENCY_PER_RECEIVER, job.signal);
    try {
      while (await this.fill(webhookId, slice, job)) await slice.next();
    } finally {
      await slice.end(); // Whoever runs the job next must not send what is still being sent.
    }
    slice.throwError();
    await job.transaction(() => this.release(webhookId, slice, job));
  }

  /** Starts as many requests as are free. @returns false if nothing is sent any more */
  private async fill(webhookId: Id, slice: Slice, job: RunningJob): Promise<boolean> {
    if (slice.free > 0)
      for (const delivery of await this.queue.due(webhookId, slice.ids, slice.free))
        slice.add(delivery.id, this.deliver(delivery, slice, job));
    return slice.ids.length > 0;
  }

  private async deliver(delivery: DueDelivery, slice: Slice, job: RunningJob): Promise<void> {
    const result = await this.attempt(delivery, job.signal);
    if (result === 'not sent') slice.mustRest = true;
    else if (result) await this.outcomes.record(delivery, result, job.id);
  }

  /** A secret that cannot be opened is a fault of this deployment and not of the receiver. */
  private async attempt(delivery: DueDelivery, signal: AbortSignal) {
    try {
      return await this.requests.send(delivery, signal);
    } catch (error) {
      const { id: deliveryId, webhookId } = delivery;
      this.attempts.inc({ result: 'not_signed' });
      this.logger.error({ webhookId, deliveryId, reason: messageOf(error) }, 'a webhook cannot be signed');
      return 'not sent' as const;
    }
  }

  private async release(webhookId: Id, slice: Slice, job: RunningJob): Promise<void> {
    if (slice.mustRest) await this.queue.rest(webhookId, REST_SECONDS);
    if (await this.queue.release(webhookId, job.id)) await this.jobs.add([webhookId]);
  }
}

/** The requests of one run. */
class Slice {
  mustRest = false;
  private readonly running = new Map<Id, Promise<void>>();
  private readonly until = performance.now() + SLICE_MS;
  private error: unknown;

  constructor(
    private readonly most: number,
    private readonly signal: AbortSignal,
  ) {}

  get ids(): Id[] {
    return [...this.running.keys()];
  }

  /** The number of requests that can be started now. */
  get free(): number {
    const ends =
      this.mustRest || this.error !== undefined || this.signal.aborted || performance.now() > this.until;
    return ends ? 0 : this.most - this.running.size;
  }

  add(id: Id, request: Promise<void>): void {
    const ending = request.catch((error: unknown) => void (this.error ??= error));
    this.running.set(
      id,
      ending.finally(() => this.running.delete(id)),
    );
  }

  /** Waits until one of them has ended, or something else may be due: a slow request does not delay the others. */
  async next(): Promise<void> {
    const stop = new AbortController();
    const look = delay(LOOK_MS, undefined, { signal: stop.signal }).catch(() => undefined);
    await Promise.race([...this.running.values(), ...(this.free > 0 ? [look] : [])]);
    stop.abort();
  }

  /** Waits until all of them have ended. */
  async end(): Promise<void> {
    await Promise.all(this.running.values());
  }

  /** @throws the first error of a request */
  throwError(): void {
    if (this.error !== undefined) throw this.error as Error;
  }
}
