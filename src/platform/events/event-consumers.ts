import { Injectable } from '@nestjs/common';
import { sql } from '../database/database.js';
import { Periodic } from '../periodic/periodic.js';
import type { Next, PeriodicJob } from '../periodic/periodic-job.js';
import type { LoggedEvent } from './event.js';
import { EventsRepository } from './events.repository.js';

const TAKEN_AT_ONCE = 200;
/** A consumer is woken by the log. This is how long it waits if that fails. */
const EVERY_MS = 1000;
/** A consumer with a delay is woken too early. */
const DELAYED_EVERY_MS = 200;

/** A part of the product that acts on events, once on each one. */
export interface EventConsumer {
  /** The name of its position in the log. It must never change. */
  name: string;
  /** The types that it takes. */
  types: readonly string[];
  /** The processes that run it. Default: workers. */
  roles?: PeriodicJob['roles'];
  /** Leaves events alone until they have this age in milliseconds, and so all that follow. Default: 0. */
  delayMs?: number;
  /**
   * Takes events in the order of their commits, in a transaction that also moves its position: what it writes happens
   * exactly once. It must not wait for another server; it adds a job for that. If it throws, the same events return.
   * @returns the last event that it has taken if it leaves those that follow for the next transaction
   */
  take(events: LoggedEvent[]): Promise<LoggedEvent | void>;
}

/**
 * Lets each consumer read the log at its own pace. One that fails repeats only its own events. A new consumer starts
 * at the end of the log. Any number of processes can run a consumer: the lock of its position permits one at a time.
 */
@Injectable()
export class EventConsumers {
  private readonly names: string[] = [];

  constructor(
    private readonly events: EventsRepository,
    private readonly periodic: Periodic,
  ) {}

  /** A module calls this in its constructor. */
  add(consumer: EventConsumer): void {
    const name = `event-consumer:${consumer.name}`;
    this.names.push(name);
    this.periodic.add({
      name,
      roles: consumer.roles ?? ['worker'],
      everyMs: consumer.delayMs ? DELAYED_EVERY_MS : EVERY_MS,
      atStart: true,
      run: (signal) => this.run(consumer, signal),
    });
  }

  /** Runs the consumers of this process without a pause. */
  wake(): void {
    for (const name of this.names) this.periodic.wake(name);
  }

  private async run(consumer: EventConsumer, signal: AbortSignal): Promise<Next> {
    while (!signal.aborted && (await this.takeSome(consumer)));
    return 'later';
  }

  /** @returns true if more events wait */
  private async takeSome(consumer: EventConsumer): Promise<boolean> {
    const { name, types } = consumer;
    if (!(await this.events.isBehind(name))) return false;
    return this.events.transaction(async () => {
      const position = await this.events.lockConsumer(name);
      if (position === undefined) {
        await this.events.register(name); // Does nothing if another process has locked it.
        return false;
      }
      // The head is read before the events, so that no event between both is skipped.
      const { head, now } = await this.events.ends();
      if (head === position) return false;
      const ofTypes = sql`AND e.position <= ${head} AND e.type = ANY(${[...types]}::text[])`;
      const found = await this.events.after(position, TAKEN_AT_ONCE, ofTypes);
      const young = firstYoung(found, now, consumer.delayMs);
      const events = young ? found.slice(0, found.indexOf(young)) : found;
      const cut = events.length > 0 ? await consumer.take(events) : undefined;
      if (cut && cut !== events.at(-1)) {
        await this.events.moveConsumer(name, cut.position);
        return true;
      }
      const isMore = !young && found.length === TAKEN_AT_ONCE;
      const last = young ? young.position - 1 : isMore ? (found.at(-1) as LoggedEvent).position : head;
      if (last > position) await this.events.moveConsumer(name, last);
      return isMore;
    });
  }
}

const firstYoung = (events: LoggedEvent[], now: string, delayMs = 0): LoggedEvent | undefined =>
  delayMs > 0
    ? events.find(({ occurredAt }) => Date.parse(occurredAt) > Date.parse(now) - delayMs)
    : undefined;
