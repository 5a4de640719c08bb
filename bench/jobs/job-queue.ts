/** A queue that the bench measures: Galley's, or the lowest cost of the same. */
export interface JobQueue {
  name: string;
  /** Is called each time that a job of `add` or `addMany` starts. */
  started: () => void;
  /** Adds one job in a transaction of its own, and returns after the commit. */
  add(): Promise<void>;
  /** Adds jobs for the workers in one transaction. */
  addMany(count: number): Promise<void>;
  /** Adds jobs that no worker takes. */
  fill(count: number): Promise<void>;
  /** Takes one of the jobs of `fill`. @returns how many were taken */
  take(): Promise<number>;
  /** Adds jobs that run once a second for ever, and either all fail or all succeed. */
  busy(count: number, how: 'failing' | 'succeeding'): Promise<void>;
  /** Deletes all jobs. */
  clear(): Promise<void>;
}

/** The number of jobs that run at the same time. */
export const SLOTS = 10;
