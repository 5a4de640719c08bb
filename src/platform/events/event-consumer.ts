import type { PeriodicJob } from '../periodic/periodic-job.js';
import type { LoggedEvent } from './event.js';

/** A part of the product that acts on events. */
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
   * True for one that waits for another server. `take` then runs outside of a transaction and locks nothing, so it can
   * receive the same events again, also in two processes at the same time. Default: false.
   */
  isRepeatable?: boolean;
  /**
   * Takes events in the order of their commits, in a transaction that also moves its position: what it writes happens
   * exactly once. It must not wait for another server; it adds a job for that. If it throws, the same events return. An
   * event that it cannot take for some seconds becomes a job of its own, which can run after later events.
   * @returns the last event that it has taken if it leaves those that follow for the next transaction
   */
  take(events: LoggedEvent[]): Promise<LoggedEvent | void>;
}
