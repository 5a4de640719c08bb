import { Busy } from '../errors/server-problems.js';

interface Waiting {
  size: number;
  start: () => void;
}

export interface FairQueueOptions {
  atOnce: number;
  /** The maximum number of running tasks of one owner. Default: `atOnce`. */
  atOnceOfOne?: number;
  /** The maximum number of waiting tasks of one owner. The next one is rejected. */
  mostPerOwner: number;
  /** The maximum number of all waiting tasks. */
  most: number;
  /** The maximum total size of all waiting tasks. */
  mostSize: number;
}

/**
 * Runs a few tasks at the same time. Owners take turns, so an owner with many tasks waits for them, and others do
 * not.
 */
export class FairQueue {
  private readonly waiting = new Map<string, Waiting[]>();
  private count = 0;
  private size = 0;
  private running = 0;
  /** The number of running tasks of each owner. */
  private readonly runningOf = new Map<string, number>();

  constructor(private readonly options: FairQueueOptions) {}

  /**
   * @param size the memory that the task uses while it waits
   * @throws Busy if too many tasks of this owner or of all owners are waiting
   */
  async run<T>(owner: string, size: number, work: () => Promise<T>): Promise<T> {
    if (this.isFull(owner)) await this.turn(owner, size);
    else this.begin(owner);
    try {
      return await work();
    } finally {
      this.end(owner);
      this.next();
    }
  }

  private isFull(owner: string): boolean {
    const { atOnce, atOnceOfOne = atOnce } = this.options;
    return this.running >= atOnce || (this.runningOf.get(owner) ?? 0) >= atOnceOfOne;
  }

  private begin(owner: string): void {
    this.running++;
    this.runningOf.set(owner, (this.runningOf.get(owner) ?? 0) + 1);
  }

  private end(owner: string): void {
    this.running--;
    const others = (this.runningOf.get(owner) ?? 0) - 1;
    if (others > 0) this.runningOf.set(owner, others);
    else this.runningOf.delete(owner);
  }

  private turn(owner: string, size: number): Promise<void> {
    const { mostPerOwner, most, mostSize } = this.options;
    const own = this.waiting.get(owner) ?? [];
    if (own.length >= mostPerOwner || this.count >= most || this.size + size > mostSize) throw new Busy();
    this.count++;
    this.size += size;
    this.waiting.set(owner, own);
    return new Promise((start) => own.push({ size, start }));
  }

  /** A Map keeps its order, so the owner of the task that starts moves to the end. */
  private next(): void {
    for (const [owner, own] of this.waiting) {
      if (this.isFull(owner)) continue;
      this.waiting.delete(owner);
      const first = own.shift();
      if (own.length > 0) this.waiting.set(owner, own);
      if (!first) continue;
      this.count--;
      this.size -= first.size;
      this.begin(owner);
      return first.start();
    }
  }
}
