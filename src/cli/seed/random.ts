import { v7 as uuidv7 } from 'uuid';

/** Pseudorandom numbers that are the same in each run (mulberry32), with a separate seed for each purpose. */
export class Random {
  private state: number;

  constructor(seed: number) {
    this.state = Math.imul(seed + 1, 0x9e3779b1);
  }

  /** Returns a whole number from 0 to `below` - 1. */
  below(below: number): number {
    return Math.floor((this.next() / 0x1_0000_0000) * below);
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T;
  }

  /** Returns `count` different elements of the list, or all of them if there are fewer. */
  some<T>(count: number, list: readonly T[]): T[] {
    const rest = [...list];
    return Array.from({ length: Math.min(count, list.length) }, () =>
      rest.splice(this.below(rest.length), 1),
    ).flat();
  }

  id(at: Date): string {
    return uuidv7({ msecs: at.getTime(), random: Uint8Array.from({ length: 16 }, () => this.below(256)) });
  }

  private next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }
}
