/** The entries of one bucket. The first words of their hashes fill a cache line. */
const WAYS = 16;
/** 4,096 entries of 20 bytes: 80 KiB. */
const MOST_BUCKETS = 256;
/** A table in which less than this part is in use becomes smaller. */
const SPARSE = 1 / 8;

/** The stored form of a key: 64 bits of its hash, in two words. */
export interface Hash {
  high: number;
  low: number;
}

export interface Window {
  hits: number;
  endsAt: number;
  /** True if nothing was added. */
  isRefused?: boolean;
}

/**
 * A part of the counts, in flat arrays that the garbage collector does not scan. Its size is fixed. If a bucket is
 * full of current windows, `add` requests a table of twice the size. At the maximum size, the lowest count of the
 * bucket is dropped, and of equal ones the one that ends first.
 */
export class WindowTable {
  private readonly high: Uint32Array;
  private readonly low: Uint32Array;
  private readonly hits: Uint32Array;
  /** 0 means free. */
  private readonly endsAt: Float64Array;

  constructor(private readonly buckets = 1) {
    const entries = buckets * WAYS;
    this.high = new Uint32Array(entries);
    this.low = new Uint32Array(entries);
    this.hits = new Uint32Array(entries);
    this.endsAt = new Float64Array(entries);
  }

  /**
   * Adds to the current window of a key, or starts a window of `windowMs`. If it returns undefined, call `doubled` for a
   * larger table.
   * @param most adds nothing if the result would be above this
   */
  add(key: Hash, windowMs: number, now: number, count = 1, most = Infinity): Window | undefined {
    const known = this.find(key);
    const at = known ?? this.makeRoom(key, now);
    if (at === undefined) return undefined;
    if (known === undefined || this.endOf(at) <= now)
      this.write(at, key, { hits: 0, endsAt: now + windowMs });
    const isRefused = this.hitsOf(at) + count > most;
    if (!isRefused) this.hits[at] = this.hitsOf(at) + count;
    return { hits: this.hitsOf(at), endsAt: this.endOf(at), isRefused: isRefused || undefined };
  }

  doubled(now: number): WindowTable {
    return this.copied(this.buckets * 2, now) ?? this;
  }

  /** @returns the table without expired windows, a smaller one, or undefined if no window is current */
  swept(now: number): WindowTable | undefined {
    let running = 0;
    for (let at = 0; at < this.endsAt.length; at++)
      if (this.endOf(at) > now) running++;
      else this.endsAt[at] = 0;
    if (running === 0) return undefined;
    const isSparse = this.buckets > 1 && running < this.endsAt.length * SPARSE;
    return (isSparse && this.copied(this.buckets / 2, now)) || this;
  }

  /** The number of stored windows, including expired ones until the next sweep. */
  get size(): number {
    return this.endsAt.reduce((sum, endsAt) => sum + Number(endsAt > 0), 0);
  }

  private find({ high, low }: Hash): number | undefined {
    const first = this.firstEntry(low);
    for (let at = first; at < first + WAYS; at++)
      if (this.low[at] === low && this.high[at] === high) return at;
    return undefined;
  }

  /** Returns an entry that is free or expired, or at the maximum size the one with the lowest count. */
  private makeRoom({ low }: Hash, now: number): number | undefined {
    const first = this.firstEntry(low);
    let least = first;
    for (let at = first; at < first + WAYS; at++) {
      if (this.endOf(at) <= now) return at;
      const more = this.hitsOf(at) - this.hitsOf(least);
      if (more < 0 || (more === 0 && this.endOf(at) < this.endOf(least))) least = at;
    }
    return this.buckets < MOST_BUCKETS ? undefined : least;
  }

  /** Copies current windows to a table of another size. Returns undefined if they do not fit. */
  private copied(buckets: number, now: number): WindowTable | undefined {
    const copy = new WindowTable(buckets);
    for (let at = 0; at < this.endsAt.length; at++) {
      if (this.endOf(at) <= now) continue;
      const key = { high: this.high[at] ?? 0, low: this.low[at] ?? 0 };
      const free = copy.makeRoom(key, now);
      if (free === undefined) return undefined;
      copy.write(free, key, { hits: this.hitsOf(at), endsAt: this.endOf(at) });
    }
    return copy;
  }

  private write(at: number, key: Hash, window: Window): void {
    this.high[at] = key.high;
    this.low[at] = key.low;
    this.hits[at] = window.hits;
    this.endsAt[at] = window.endsAt;
  }

  private firstEntry(low: number): number {
    return (low & (this.buckets - 1)) * WAYS;
  }

  private hitsOf(at: number): number {
    return this.hits[at] ?? 0;
  }

  private endOf(at: number): number {
    return this.endsAt[at] ?? 0;
  }
}
