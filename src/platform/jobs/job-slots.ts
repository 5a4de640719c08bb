import type { JobAttempts } from './job-attempts.js';
import type { JobsRepository } from './jobs.repository.js';

/** A queue with fewer slots has none to spare. */
const FEWEST_TO_SHARE = 3;

/**
 * The slots of one queue. While there are free ones and names that may have jobs, it fetches as many jobs as slots are
 * free. Each job occupies one slot until it ends, whatever the others do. Names take turns, so that many jobs of one
 * name do not hold up those of another, and one name never occupies all slots if the queue has others.
 */
export class JobSlots {
  /** All names of the queue. */
  private readonly known = new Set<string>();
  /** The names that may have jobs that are due. */
  private readonly names = new Set<string>();
  private readonly used = new Map<string, number>();
  private stopped = false;
  private fetching: Promise<void> | undefined;

  constructor(
    private readonly most: number,
    private readonly jobs: JobsRepository,
    private readonly attempts: JobAttempts,
  ) {}

  know(name: string): void {
    this.known.add(name);
  }

  /** There may be jobs of this name that are due. */
  wake(name: string): void {
    this.names.add(name);
    this.fill();
  }

  /** Starts no other job. */
  async stop(): Promise<void> {
    this.stopped = true;
    await this.fetching;
  }

  /** The first name that may have jobs and can have another slot. */
  private get next(): string | undefined {
    return this.stopped ? undefined : [...this.names].find((name) => this.freeFor(name) > 0);
  }

  private freeFor(name: string): number {
    const free = this.most - [...this.used.values()].reduce((sum, used) => sum + used, 0);
    const shared = this.known.size > 1 && this.most >= FEWEST_TO_SHARE ? 1 : 0;
    return Math.min(free, this.most - shared - (this.used.get(name) ?? 0));
  }

  private fill(): void {
    if (this.next === undefined || this.fetching) return;
    this.fetching = this.fetchWhileOpen().finally(() => {
      this.fetching = undefined;
      this.fill();
    });
  }

  private async fetchWhileOpen(): Promise<void> {
    for (let name = this.next; name !== undefined; name = this.next) {
      this.names.delete(name); // A wake-up during the fetch adds it again.
      await this.fetch(name, Math.ceil(this.freeFor(name) / (this.names.size + 1)));
    }
  }

  private async fetch(name: string, most: number): Promise<void> {
    const jobs = await this.attempts.fetched(() => this.jobs.fetch(name, most));
    if (jobs.length === most) this.names.add(name);
    for (const job of jobs) {
      this.count(name, 1);
      void this.attempts.run(job).then(({ more }) => {
        this.count(name, -1);
        if (more) this.names.add(name);
        this.fill();
      });
    }
  }

  private count(name: string, change: 1 | -1): void {
    this.used.set(name, (this.used.get(name) ?? 0) + change);
  }
}
