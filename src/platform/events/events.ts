import { Injectable } from '@nestjs/common';
import { InjectMetric } from '@willsoto/nestjs-prometheus';
import type { Counter } from 'prom-client';
import { v7 as uuidv7 } from 'uuid';
import { Database } from '../database/database.js';
import { Periodic } from '../periodic/periodic.js';
import type { Id } from '../schemas/schemas.js';
import type { NewEvent } from './event.js';
import { EVENT_TAIL } from './event-tail.js';
import { EventsRepository } from './events.repository.js';
import { shortened } from './shortened.js';

/** The maximum number of events in one statement. PostgreSQL supports 65,535 parameters. */
const ROWS = 1000;

/**
 * Records facts in the transaction of the write that they belong to, so that both happen or neither does. After the
 * commit, the process gives them their place in the order of commits and announces them. If it ends before, another
 * process does.
 * Source: docs/decisions/0064-events.md.
 */
@Injectable()
export class Events {
  constructor(
    private readonly events: EventsRepository,
    private readonly database: Database,
    private readonly periodic: Periodic,
    @InjectMetric('events_recorded_total') private readonly recorded: Counter,
  ) {}

  /**
   * @returns the ids of the events, in the same order
   * @throws OutsideTransaction if no transaction is open
   */
  record(...events: NewEvent[]): Promise<Id[]> {
    return this.recordAll(events);
  }

  /** The same for a list of any length. */
  async recordAll(events: NewEvent[]): Promise<Id[]> {
    if (events.length === 0) return [];
    const ids = events.map(() => uuidv7());
    for (let at = 0; at < events.length; at += ROWS)
      await this.events.insert(events.slice(at, at + ROWS).map(inBounds), ids.slice(at, at + ROWS));
    // An import records millions of events before its commit, so only their numbers are kept.
    const counts = new Map<string, number>();
    for (const { type } of events) counts.set(type, (counts.get(type) ?? 0) + 1);
    await this.database.afterCommit(() => {
      for (const [type, count] of counts) this.recorded.inc({ type }, count);
      this.periodic.wake(EVENT_TAIL);
      return Promise.resolve();
    });
    return ids;
  }
}

/** Every process reads hundreds of events at once, so that none of them may be long, also those about imported resources. */
const inBounds = (event: NewEvent): NewEvent =>
  event.data ? { ...event, data: shortened(event.data) as object } : event;
