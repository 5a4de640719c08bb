import { TooLate } from '../deadline/deadline.js';

/** Ends a call when its time is over, or when its caller no longer waits for it. */
export class CallDeadline {
  private readonly controller = new AbortController();
  private readonly endsAt: number;
  private readonly timer: NodeJS.Timeout;

  constructor(
    ms: number,
    private readonly caller?: AbortSignal,
  ) {
    this.endsAt = performance.now() + ms;
    // After a pause of this process, a response that has already arrived must be read first.
    const late = () => this.controller.abort(new TooLate(ms));
    this.timer = setTimeout(() => setImmediate(() => setImmediate(late)), ms);
    if (caller?.aborted) this.cancel();
    else caller?.addEventListener('abort', this.cancel, { once: true });
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  get remainingMs(): number {
    return this.signal.aborted ? 0 : Math.max(0, this.endsAt - performance.now());
  }

  /** True if the caller ended the call, and not its time. */
  get isCancelled(): boolean {
    return this.caller?.aborted === true;
  }

  /** Returns the result of `work`, or throws as soon as the call has ended. */
  during<T>(work: Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const end = () => reject(this.signal.reason as Error);
      if (this.signal.aborted) end();
      else this.signal.addEventListener('abort', end, { once: true });
      work.then(resolve, reject);
    });
  }

  /** The call has its result, so nothing needs to end it. */
  close(): void {
    clearTimeout(this.timer);
    this.caller?.removeEventListener('abort', this.cancel);
  }

  private readonly cancel = (): void => this.controller.abort(this.caller?.reason);
}
