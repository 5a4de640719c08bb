import { Injectable } from '@nestjs/common';
import { sql } from '../database/database.js';
import { Jobs } from '../jobs/jobs.js';
import type { LoggedEvent } from './event.js';
import type { EventConsumer } from './event-consumer.js';
import { EventsRepository } from './events.repository.js';
import { TAKE_EVENT } from './events.jobs.js';
import { SPAN } from './log-reading.js';

/** The next events of a consumer. */
interface Part {
  events: LoggedEvent[];
  /** The position of the consumer when it has taken them. */
  end: number;
  hasMore: boolean;
}

/** A consumer has thrown the cause when it received these events. */
export class CannotTake extends Error {
  constructor(
    readonly events: [LoggedEvent, ...LoggedEvent[]],
    override readonly cause: unknown,
  ) {
    super('a consumer cannot take its events', { cause });
    this.name = 'CannotTake';
  }
}

/** Gives a consumer the next part of the log and moves its position. */
@Injectable()
export class EventParts {
  constructor(
    private readonly events: EventsRepository,
    private readonly jobs: Jobs,
  ) {}

  /**
   * @returns true if more events wait
   * @throws CannotTake
   */
  async take(consumer: EventConsumer, most: number): Promise<boolean> {
    const { name } = consumer;
    if (!(await this.events.isBehind(name))) return false;
    if (consumer.isRepeatable)
      return this.takeAfter(await this.events.positionOfConsumer(name), consumer, most);
    return this.events.transaction(async () =>
      this.takeAfter(await this.events.lockConsumer(name), consumer, most),
    );
  }

  /** Adds a job that takes the event, and moves the consumer beyond it if no other process has done so. */
  async setAside(consumer: EventConsumer, event: LoggedEvent): Promise<void> {
    const { name } = consumer;
    await this.events.transaction(async () => {
      const position = await this.events.lockConsumer(name);
      if (position === undefined || position >= event.position) return;
      await this.jobs.add(TAKE_EVENT, { consumer: name, eventId: event.id });
      await this.events.moveConsumer(name, event.position);
    });
  }

  private async takeAfter(
    position: number | undefined,
    consumer: EventConsumer,
    most: number,
  ): Promise<boolean> {
    const { name } = consumer;
    if (position === undefined) {
      await this.events.register(name); // Does nothing if another process has locked it.
      return false;
    }
    const { events, end, hasMore } = await this.next(position, consumer, most);
    const last = await give(consumer, events);
    const isCut = last !== undefined && last !== events.at(-1);
    const reached = isCut ? last.position : end;
    if (reached > position) await this.events.moveConsumer(name, reached);
    return isCut || hasMore;
  }

  private async next(position: number, { types, delayMs }: EventConsumer, most: number): Promise<Part> {
    // The head is read before the events, so that no event between both is skipped.
    const { head, now } = await this.events.ends();
    const end = Math.min(head, position + SPAN);
    const ofTypes = sql`AND e.position <= ${end} AND e.type = ANY(${[...types]}::text[])`;
    const found = await this.events.after(position, most, ofTypes);
    const young = firstYoung(found, now, delayMs);
    if (young)
      return { events: found.slice(0, found.indexOf(young)), end: young.position - 1, hasMore: false };
    const last = found.at(-1);
    if (last && found.length === most) return { events: found, end: last.position, hasMore: true };
    return { events: found, end, hasMore: end < head };
  }
}

async function give(consumer: EventConsumer, events: LoggedEvent[]): Promise<LoggedEvent | void> {
  const [first, ...others] = events;
  if (!first) return;
  try {
    return await consumer.take(events);
  } catch (error) {
    throw new CannotTake([first, ...others], error);
  }
}

const firstYoung = (events: LoggedEvent[], now: string, delayMs = 0): LoggedEvent | undefined =>
  delayMs > 0
    ? events.find(({ occurredAt }) => Date.parse(occurredAt) > Date.parse(now) - delayMs)
    : undefined;
