import { Busy } from '../errors/problems.js';

interface Waiting {
  size: number;
  start: () => void;
}

export interface FairQueueOptions {
  atOnce: number;
  /** Waiting for one owner; the next is refused. */
  mostPerOwner: number;
  /** Waiting for all. */
  most: number;
  /** Of all that wait, together. */
  mostSize: number;
}

/** Work goes a few at a time, and owners take turns: who brings much waits for the own work, others do not. */
export class FairQueue {
  private readonly waiting = new Map<string, Waiting[]>();
  private count = 0;
  private size = 0;
  private running = 0;

  constructor(private readonly options: FairQueueOptions) {}

  /**
   * @param size what the work keeps in memory while it waits
   * @throws Busy when too much of this owner, or of all, waits already
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

  /** A Map keeps its order: the owner who had a turn goes to the end. */
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
