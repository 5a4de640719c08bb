/** The share of calls that can be repeated. */
const SHARE = 0.1;
/** Without calls, the budget grows by one retry in this time. */
const FLOOR_MS = 10_000;
const MOST = 10;
const AT_START = 3;

/**
 * Limits the retries to a share of the calls: if a receiver is overloaded, retries of all calls would multiply its
 * load.
 */
export class RetryBudget {
  private retries = AT_START;
  private at: number;

  constructor(private readonly now = () => performance.now()) {
    this.at = now();
  }

  called(): void {
    this.grow(SHARE);
  }

  /** Returns false if there is no retry left. */
  take(): boolean {
    this.grow(0);
    if (this.retries < 1) return false;
    this.retries--;
    return true;
  }

  private grow(by: number): void {
    const now = this.now();
    this.retries = Math.min(MOST, this.retries + by + (now - this.at) / FLOOR_MS);
    this.at = now;
  }
}
