import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import pLimit from 'p-limit';
import type { LoggedEvent } from '../platform/events/event.js';
import { type EventListener, EventTail } from '../platform/events/event-tail.js';
import { READING_AT_ONCE } from '../platform/events/log-reading.js';
import { TooManyWaiting } from './changes.errors.js';
import { type ChangesSettings, changesSettings } from './changes.settings.js';

/** A request that waits for an event. */
interface Reader {
  concerns(event: LoggedEvent): boolean;
  wake(): void;
}

/** The part of all places that callers without an account can use together. */
const ANONYMOUS_PART = 0.5;

/** Who waits: the account or the address, whose requests are counted. */
export interface Waiter {
  caller: string;
  isAnonymous: boolean;
}

/** The place of a request that waits. It aborts if another caller needs it. */
interface WaitingPlace extends Waiter {
  end: AbortController;
}

/**
 * The requests that wait in this process. The end of the log wakes only those whose caller can learn of a new event, so
 * that the others cost no query. They use no connection while they wait.
 */
@Injectable()
export class WaitingReaders implements EventListener, OnModuleDestroy {
  private readonly readers = new Set<Reader>();
  /** The longest waiting one first. */
  private readonly places = new Set<WaitingPlace>();
  private readonly reading = pLimit(READING_AT_ONCE);
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
   * Nest calls this before the server waits for the requests in flight. Until then a process that shuts down serves
   * them as usual: a client whose request ended at once would repeat it here.
   */
  onModuleDestroy(): void {
    this.closing.abort();
  }

  /**
   * Runs `work` as one of the waiting requests of the caller. `end` aborts if it must give its place to another caller.
   * @throws TooManyWaiting
   */
  async admitted<T>(waiter: Waiter, work: (end: AbortSignal) => Promise<T>): Promise<T> {
    this.makeRoom(waiter);
    const place = { ...waiter, end: new AbortController() };
    this.places.add(place);
    try {
      return await work(place.end.signal);
    } finally {
      this.places.delete(place);
    }
  }

  /** Runs `read` when it is its turn. */
  inTurn<T>(read: () => Promise<T>): Promise<T> {
    return this.reading(read);
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

  /**
   * If no place is free, the caller with the most requests gives up the one that has waited longest, as long as it
   * keeps as many as the new caller then has. So a few addresses cannot keep out all others.
   */
  private makeRoom({ caller, isAnonymous }: Waiter): void {
    const { CHANGES_WAITING_MAX: most, CHANGES_WAITING_PER_CALLER_MAX: mostOfCaller } = this.settings;
    const all = [...this.places];
    const own = all.filter((place) => place.caller === caller).length;
    if (own >= mostOfCaller)
      throw new TooManyWaiting('The caller has', mostOfCaller, 'CHANGES_WAITING_PER_CALLER_MAX');
    const anonymous = all.filter((place) => place.isAnonymous);
    const mostAnonymous = Math.max(1, Math.floor(most * ANONYMOUS_PART));
    if (isAnonymous && anonymous.length >= mostAnonymous)
      this.displace(
        anonymous,
        own,
        new TooManyWaiting('Callers without an account have', mostAnonymous, 'half of CHANGES_WAITING_MAX'),
      );
    else if (all.length >= most)
      this.displace(all, own, new TooManyWaiting('This process has', most, 'CHANGES_WAITING_MAX'));
  }

  private displace(places: WaitingPlace[], own: number, otherwise: TooManyWaiting): void {
    const [fullest] = [...Map.groupBy(places, ({ caller }) => caller).values()].toSorted(
      (one, other) => other.length - one.length,
    );
    const [longest] = fullest ?? [];
    if (!longest || (fullest?.length ?? 0) < own + 2) throw otherwise;
    this.places.delete(longest);
    longest.end.abort();
  }
}
