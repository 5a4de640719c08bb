import { Injectable } from '@nestjs/common';
import { Logger } from '../logging/logger.js';
import type { Next } from '../periodic/periodic-job.js';
import type { LoggedEvent } from './event.js';
import { EventsRepository } from './events.repository.js';

/** The name of the periodic job. */
export const EVENT_TAIL = 'event-tail';

const SEQUENCED_AT_ONCE = 500;
const READ_AT_ONCE = 200;
/** A process that is further behind does not read what it missed. */
const MOST_BEHIND = 10_000;

/** What this process does with events. It must be fast, because everything else in the process hears later. */
export interface EventListener {
  /** Hears the events of all processes in the order of their commits. */
  hear(events: LoggedEvent[]): Promise<void> | void;
  /** Events up to a position were missed. */
  miss(head: number): Promise<void> | void;
}

/**
 * Follows the end of the log in each process. A run first gives committed events their positions, whoever recorded
 * them, and then tells the listeners of this process about new events. Nothing is lost if a process ends at any point,
 * because the next run of any process continues where the log is.
 */
@Injectable()
export class EventTail {
  private readonly listeners: EventListener[] = [];
  private position: number | undefined;

  constructor(
    private readonly events: EventsRepository,
    private readonly logger: Logger,
  ) {}

  /** A module calls this in its constructor. */
  add(listener: EventListener): void {
    this.listeners.push(listener);
  }

  /** The position up to which this process has told its listeners. Undefined until it has looked at the log once. */
  get head(): number | undefined {
    return this.position;
  }

  async run(): Promise<Next> {
    const { head, isPending } = await this.events.look();
    if (this.position === undefined) await this.begin(head);
    else if (head < this.position) await this.skip(head); // The database was restored from a backup.
    const placed = isPending ? await this.assign() : 0;
    await this.advance(head + placed);
    return placed === SEQUENCED_AT_ONCE ? 'again' : 'later';
  }

  private assign(): Promise<number> {
    return this.events.transaction(async () => {
      await this.events.lockLog();
      return this.events.assignPositions(SEQUENCED_AT_ONCE);
    });
  }

  private async advance(known: number): Promise<void> {
    const start = this.position as number;
    if (known <= start) return;
    if (known - start > MOST_BEHIND) await this.skip(known);
    for (;;) {
      const events = await this.events.after(this.position as number, READ_AT_ONCE);
      const last = events.at(-1);
      if (!last) break;
      await this.tell((listener) => listener.hear(events));
      this.position = last.position;
      if (events.length < READ_AT_ONCE) break;
    }
  }

  /** A request can have cached a value before this process looked at the log for the first time. */
  private async begin(head: number): Promise<void> {
    await this.tell((listener) => listener.miss(head));
    this.position = head;
  }

  private async skip(head: number): Promise<void> {
    this.logger.warn(
      { position: this.position, head },
      'this process continues at the end of the log of events, and reads everything anew',
    );
    await this.begin(head);
  }

  private async tell(about: (listener: EventListener) => Promise<void> | void): Promise<void> {
    for (const listener of this.listeners) await about(listener);
  }
}
