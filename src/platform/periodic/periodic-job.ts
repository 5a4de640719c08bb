/**
 * When a job runs next: after its interval (`later`, which is also the default), immediately because there is more
 * work (`again`), or never again in this process (`done`).
 */
export type Next = 'later' | 'again' | 'done';

/** Permits only one process at a time to do the work of a name. */
export interface JobLock {
  /**
   * Runs `work` while it holds the lock of `name`. If another process holds the lock, it does nothing and returns
   * false.
   */
  holding(name: string, work: () => Promise<void>): Promise<boolean>;
}

/** Work that repeats. */
export interface PeriodicJob {
  /** The label of its metrics and the name of its lock. */
  name: string;
  /** The roles that run it. A process with the role `all` runs the jobs of both, and a command runs none. */
  roles: readonly ('api' | 'worker')[];
  /**
   * The pause between the end of a run and the start of the next one in milliseconds. Each pause varies by up to a
   * tenth.
   */
  everyMs: number;
  /**
   * The least time from the start of a run to the start of the next one in milliseconds, for a job that is woken very
   * often: one run then does the work of many wake-ups. A job that had no run for this time starts at once. Default: 0.
   */
  restMs?: number;
  /** Starts the first run with the app, not after the first interval. */
  atStart?: boolean;
  /** If absent, every process runs the job. */
  lock?: JobLock;
  /** `signal` aborts when the process shuts down. A run with several steps must then end before its next step. */
  run(signal: AbortSignal): Promise<Next | void> | Next | void;
}
