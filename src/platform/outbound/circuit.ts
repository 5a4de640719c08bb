import {
  BrokenCircuitError,
  bulkhead,
  BulkheadRejectedError,
  circuitBreaker,
  CircuitState,
  CountBreaker,
  ExponentialBackoff,
  handleWhen,
  TaskCancelledError,
} from 'cockatiel';
import { OutboundFault } from './outbound-fault.js';
import { RetryBudget } from './retry-budget.js';
import type { Target } from './target.js';

/** Opens if more than half of the last 20 calls failed, and at least 5 were made. */
const WINDOW = { threshold: 0.5, size: 20, minimumNumberOfCalls: 5 };
/** The time until the next attempt while it is open. It doubles with each failed one, and half of it is random. */
const BREAK = { initialDelay: 1000, maxDelay: 30_000 };
const CONCURRENCY = 20;
const WAITING = 100;
/** After this time without a call, nothing is known about the receiver. */
const CURRENT_MS = 300_000;

export type CircuitName = 'closed' | 'open' | 'half_open';

/** What the receiver did wrong. A refused address or a call that its caller ended says nothing about it. */
const FAILURES = new Set(['timeout', 'connection', 'invalid_response']);

/** The circuit breaker, the bulkhead and the retry budget of one receiver. */
export class Circuit {
  readonly budget = new RetryBudget();
  /** The time of the last response in milliseconds. */
  lastMs = 0;
  private usedAt = -Infinity;
  private readonly bulkhead;
  private readonly breaker;

  /** @param onChange is called when the receiver begins to fail, and when it responds again */
  constructor(
    readonly target: Target,
    onChange: (isFailing: boolean) => void,
  ) {
    this.bulkhead = bulkhead(target.concurrency ?? CONCURRENCY, target.waiting ?? WAITING);
    this.breaker = circuitBreaker(
      handleWhen((error) => this.isFailure(error)).orWhenResult(
        (result) => (result as { status: number }).status >= 500,
      ),
      { breaker: new CountBreaker(WINDOW), halfOpenAfter: new ExponentialBackoff(BREAK) },
    );
    let isFailing = false;
    this.breaker.onBreak(() => {
      if (!isFailing) onChange((isFailing = true));
    });
    this.breaker.onReset(() => onChange((isFailing = false)));
  }

  get state(): CircuitName {
    if (this.breaker.state === CircuitState.Closed) return 'closed';
    return this.breaker.state === CircuitState.HalfOpen ? 'half_open' : 'open';
  }

  /** True if the receiver was called lately. */
  get isCurrent(): boolean {
    return performance.now() - this.usedAt < CURRENT_MS;
  }

  /**
   * Makes one attempt, when it is its turn.
   * @throws OutboundFault `busy` or `circuit_open` without an attempt
   */
  async run<T extends { status: number }>(attempt: () => Promise<T>, signal: AbortSignal): Promise<T> {
    try {
      return await this.bulkhead.execute(() => this.throughBreaker(attempt), signal);
    } catch (error) {
      if (error instanceof BulkheadRejectedError)
        throw new OutboundFault('busy', 'Too many calls to this receiver are waiting.');
      if (error instanceof BrokenCircuitError) throw circuitOpen();
      throw error instanceof TaskCancelledError ? signal.reason : error;
    }
  }

  /** While it is half open, one call finds out whether the receiver responds. The others do not wait for it. */
  private async throughBreaker<T extends { status: number }>(attempt: () => Promise<T>): Promise<T> {
    if (this.breaker.state === CircuitState.HalfOpen) throw circuitOpen();
    const since = performance.now();
    return this.breaker.execute(async () => {
      this.usedAt = since;
      const answer = await attempt();
      this.lastMs = performance.now() - since;
      return answer;
    });
  }

  /** The call that finds out whether the receiver responds has found out nothing if its caller ended it. */
  private isFailure(error: unknown): boolean {
    if (!(error instanceof OutboundFault)) return false;
    return (
      FAILURES.has(error.kind) || (error.kind === 'cancelled' && this.breaker.state === CircuitState.HalfOpen)
    );
  }
}

const circuitOpen = () =>
  new OutboundFault(
    'circuit_open',
    'The receiver failed before, so this call was not attempted. It is tried again after a pause.',
  );
