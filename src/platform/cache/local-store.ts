import { LRUCache } from 'lru-cache';
import { SeenKeys } from './seen-keys.js';

/** A value with its generations and its end in milliseconds of performance.now(). */
export interface Stored {
  value: unknown;
  version?: string;
  until?: number;
}

/** This number limits small values. For most values, the limit in bytes applies first. */
const MOST_ENTRIES = 20_000;
/** The bytes of keys and of the text of values. Their compressed forms are smaller and not counted. */
const MOST_BYTES = 32 * 1024 * 1024;
/** The memory of an entry in addition to its text. */
const OVERHEAD_BYTES = 500;
/** Above this part of a limit, a new value replaces another one. */
const FULL = 0.95;

/**
 * The cache of this process. It stores objects unchanged, limits their number and bytes, and removes the least
 * recently used ones first.
 */
export class LocalStore {
  private readonly entries: LRUCache<string, Stored>;
  private readonly seen = new SeenKeys();

  /** @param lifeMs the maximum lifetime of an entry, whatever its own lifetime is; 0 stores nothing */
  constructor(private readonly lifeMs: number) {
    this.entries = new LRUCache<string, Stored>({
      max: MOST_ENTRIES,
      maxSize: MOST_BYTES,
      sizeCalculation: ({ value }, key) => OVERHEAD_BYTES + key.length * 2 + bytesOf(value),
    });
  }

  get size(): number {
    return this.entries.size;
  }

  /** @param graceMs the time after its end for which an entry is returned */
  get(key: string, graceMs = 0): Stored | undefined {
    const stored = this.entries.get(key);
    return stored && (stored.until as number) + graceMs > performance.now() ? stored : undefined;
  }

  set(key: string, { value, version }: Stored, lifeMs = Infinity): void {
    const life = Math.min(lifeMs, this.lifeMs);
    if (life > 0) this.entries.set(key, { value, version, until: performance.now() + life });
  }

  /**
   * If the store is full, it accepts a value only at its second request, so that rare values do not replace
   * frequent ones.
   */
  admits(key: string): boolean {
    const wasSeen = this.seen.add(key);
    const { size, calculatedSize } = this.entries;
    return wasSeen || (size < FULL * MOST_ENTRIES && calculatedSize < FULL * MOST_BYTES);
  }
}

/** V8 stores one byte per character of ASCII text and two of most other text. Values that are not text are small. */
function bytesOf(value: unknown): number {
  if (typeof value === 'string')
    return Buffer.byteLength(value) === value.length ? value.length : 2 * value.length;
  if (typeof value !== 'object' || value === null) return 8;
  return Object.values(value).reduce((sum: number, part) => sum + bytesOf(part), 0);
}
