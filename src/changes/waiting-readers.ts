import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { LoggedEvent } from '../platform/events/event.js';
import { type EventListener, EventTail } from '../platform/events/event-tail.js';
import { TooManyWaiting } from './changes.errors.js';
import { type ChangesSettings, changesSettings } from './changes.settings.js';

/** A request that waits for an event. */
interface Reader {
  concerns(event: LoggedEvent): boolean;
  wake(): void;
}

/**
 * The requests that wait in this process. The end of the log wakes only those whose caller can learn of a new event, so
 * that the others cost no query. They use no connection while they wait.
 */
@Injectable()
export class WaitingReaders implements EventListener, OnModuleDestroy {
  private readonly readers = new Set<Reader>();
  private readonly perCaller = new Map<string, number>();
  private readonly closing = new AbortController();

  constructor(
    tail: EventTail,
    @Inject(changesSettings.KEY) private readonly settings: ChangesSettings,
  ) {
    tail.add(this);
  }

  /** Aborts when the process shuts down. */
  get end(): AbortSignal {
    return this.closing.signal;
  }

  hear(events: LoggedEvent[]): void {
    for (const reader of this.readers) if (events.some((event) => reader.concerns(event))) reader.wake();
  }

  miss(): void {
    for (const reader of this.readers) reader.wake();
  }

  /**
   * Nest calls this before the server waits for the requests in flight. Until then a process that shuts down serves them as
   * usual: a client whose request ended at once would repeat it here.
   */
  onModuleDestroy(): void {
    this.closing.abort();
  }

  /** Runs `work` as one of the waiting requests of the caller. @throws TooManyWaiting */
  async admitted<T>(caller: string, work: () => Promise<T>): Promise<T> {
    const { CHANGES_WAITING_MAX: most, CHANGES_WAITING_PER_CALLER_MAX: mostOfCaller } = this.settings;
    const own = this.perCaller.get(caller) ?? 0;
    if (own >= mostOfCaller)
      throw new TooManyWaiting('The caller', mostOfCaller, 'CHANGES_WAITING_PER_CALLER_MAX');
    const all = [...this.perCaller.values()].reduce((sum, count) => sum + count, 0);
    if (all >= most) throw new TooManyWaiting('This process', most, 'CHANGES_WAITING_MAX');
    this.perCaller.set(caller, own + 1);
    try {
      return await work();
    } finally {
      const left = (this.perCaller.get(caller) ?? 1) - 1;
      if (left > 0) this.perCaller.set(caller, left);
      else this.perCaller.delete(caller);
    }
  }

  /**
   * Starts to listen before the caller reads, so that no event between the read and the wait is missed.
   * @returns a function that waits until an event concerns the caller or the signal aborts
   */
  listen(concerns: Reader['concerns'], signal: AbortSignal) {
    const { promise, resolve } = Promise.withResolvers<void>();
    const wake = () => resolve();
    const reader = { concerns, wake };
    this.readers.add(reader);
    signal.addEventListener('abort', wake, { once: true });
    if (signal.aborted) wake();
    return {
      woken: promise,
      leave: () => {
        this.readers.delete(reader);
        signal.removeEventListener('abort', wake);
      },
    };
  }
}
