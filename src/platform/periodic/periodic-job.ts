/**
 * When a job runs next: after its interval (`later`, as when it returns nothing), at once because more work waits
 * (`again`), or never again in this process (`done`).
 */
export type Next = 'later' | 'again' | 'done';

/** Lets one process at a time do the work of a name. */
export interface JobLock {
  /** Runs `work` while nobody else holds the lock of `name`; when somebody does, returns false and does nothing. */
  holding(name: string, work: () => Promise<void>): Promise<boolean>;
}

/** Work that repeats. */
export interface PeriodicJob {
  /** The label of its metrics and the name of its lock. */
  name: string;
  /** The roles that run it; a process of the role `all` runs both, and a command runs neither. */
  roles: readonly ('api' | 'worker')[];
  /** Milliseconds between the end of a run and the start of the next one. Each pause differs by up to a tenth. */
  everyMs: number;
  /** Runs as soon as the app has started, not after the first interval. */
  atStart?: boolean;
  /** Absent: every process runs the job for itself. */
  lock?: JobLock;
  /** `signal` aborts when the process ends: a run that has several steps ends before its next one. */
  run(signal: AbortSignal): Promise<Next | void> | Next | void;
}
