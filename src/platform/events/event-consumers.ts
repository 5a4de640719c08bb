import { Injectable } from '@nestjs/common';
import { DatabaseUnavailable } from '../errors/server-problems.js';
import { messageOf } from '../errors/thrown.js';
import { problemOfDatabase } from '../database/database-problems.js';
import { Logger } from '../logging/logger.js';
import { Periodic } from '../periodic/periodic.js';
import type { Next } from '../periodic/periodic-job.js';
import type { LoggedEvent } from './event.js';
import type { EventConsumer } from './event-consumer.js';
import { CannotTake, EventParts } from './event-parts.js';

const TAKEN_AT_ONCE = 200;
/** A consumer is woken by the log. This is how long it waits if that fails. */
const EVERY_MS = 1000;
/** A consumer with a delay is woken too early. */
const DELAYED_EVERY_MS = 200;
/** While many events are recorded, a consumer takes those of this time together. */
const REST_MS = 50;
/** An event that could not be taken for this time becomes a job. */
const MOST_FAILING_MS = 5000;

/** The consumers of the product and how this process fares with each one. */
interface Running {
  consumer: EventConsumer;
  /** How many events are taken one by one, because one of several could not be taken. */
  single: number;
  /** The event that cannot be taken, and since when. */
  failing?: { id: string; since: number };
}

/**
 * Lets each consumer read the log at its own pace. One that fails repeats only its own events. A new consumer starts
 * at the end of the log. Any number of processes can run a consumer: the lock of its position permits one at a time.
 */
@Injectable()
export class EventConsumers {
  private readonly consumers = new Map<string, EventConsumer>();

  constructor(
    private readonly parts: EventParts,
    private readonly periodic: Periodic,
    private readonly logger: Logger,
  ) {}

  /** A module calls this in its constructor. */
  add(consumer: EventConsumer): void {
    this.consumers.set(consumer.name, consumer);
    const running: Running = { consumer, single: 0 };
    this.periodic.add({
      name: periodicOf(consumer.name),
      roles: consumer.roles ?? ['worker'],
      everyMs: consumer.delayMs ? DELAYED_EVERY_MS : EVERY_MS,
      restMs: REST_MS,
      atStart: true,
      run: (signal) => this.run(running, signal),
    });
  }

  named(name: string): EventConsumer | undefined {
    return this.consumers.get(name);
  }

  /** Runs the consumers of these events in this process without a pause. The others move forward when they look. */
  wakeFor(events: LoggedEvent[]): void {
    const types = new Set(events.map(({ type }) => type));
    for (const consumer of this.consumers.values())
      if (consumer.types.some((type) => types.has(type))) this.periodic.wake(periodicOf(consumer.name));
  }

  /** Runs all consumers of this process without a pause. */
  wakeAll(): void {
    for (const name of this.consumers.keys()) this.periodic.wake(periodicOf(name));
  }

  private async run(running: Running, signal: AbortSignal): Promise<Next> {
    while (!signal.aborted && (await this.takeSome(running)));
    return 'later';
  }

  /** @returns true if more events wait */
  private async takeSome(running: Running): Promise<boolean> {
    const { consumer, single } = running;
    try {
      const hasMore = await this.parts.take(consumer, single > 0 ? 1 : TAKEN_AT_ONCE);
      running.failing = undefined;
      if (single > 0) running.single--;
      return hasMore;
    } catch (error) {
      if (!(error instanceof CannotTake)) throw error;
      if (isPassing(error.cause)) throw error.cause;
      return this.failed(running, error);
    }
  }

  /** @throws the cause if the events are tried again after a pause */
  private async failed(running: Running, { events, cause }: CannotTake): Promise<boolean> {
    const [event] = events;
    if (events.length > 1) {
      running.single = events.length;
      return true;
    }
    const now = performance.now();
    if (running.failing?.id !== event.id) running.failing = { id: event.id, since: now };
    if (now - running.failing.since < MOST_FAILING_MS) throw cause;
    await this.parts.setAside(running.consumer, event);
    const { name: consumer } = running.consumer;
    const facts = { consumer, eventId: event.id, type: event.type, reason: messageOf(cause) };
    this.logger.warn(facts, 'a consumer cannot take an event, which is now a job of its own');
    return true;
  }
}

const periodicOf = (name: string) => `event-consumer:${name}`;

/** PostgreSQL cannot be used or is too slow now, which says nothing about the event. */
const isPassing = (error: unknown): boolean =>
  error instanceof DatabaseUnavailable || problemOfDatabase(error) instanceof DatabaseUnavailable;
