import { Busy } from '../errors/server-problems.js';

interface Waiting {
  size: number;
  start: () => void;
}

export interface FairQueueOptions {
  atOnce: number;
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

  constructor(private readonly options: FairQueueOptions) {}

  /**
   * @param size the memory that the task uses while it waits
   * @throws Busy if too many tasks of this owner or of all owners are waiting
   */
  async run<T>(owner: string, size: number, work: () => Promise<T>): Promise<T> {
    if (this.running >= this.options.atOnce) await this.turn(owner, size);
    else this.running++;
    try {
      return await work();
    } finally {
      this.next();
    }
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
      this.waiting.delete(owner);
      const first = own.shift();
      if (own.length > 0) this.waiting.set(owner, own);
      if (!first) continue;
      this.count--;
      this.size -= first.size;
      return first.start();
    }
    this.running--;
  }
}
