import { LRUCache } from 'lru-cache';
import { SeenKeys } from './seen-keys.js';

/** A value, of which generations it is, and when it ends, in milliseconds of performance.now(). */
export interface Stored {
  value: unknown;
  version?: string;
  until?: number;
}

/** The number bounds what is counted for small values; for most it is the bytes that count. */
const MOST_ENTRIES = 20_000;
/** Of keys and of the values' text; compressed variants beside them are smaller and not counted. */
const MOST_BYTES = 32 * 1024 * 1024;
/** Of what an entry takes beside its text. */
const OVERHEAD_BYTES = 500;
/** From here on a new value pushes out another. */
const FULL = 0.95;

/** The cache of this process: least recently used first out, by number and by bytes; objects as they are. */
export class LocalStore {
  private readonly entries: LRUCache<string, Stored>;
  private readonly seen = new SeenKeys();

  /** @param lifeMs the longest that an entry lives here, whatever its own life: 0 keeps nothing */
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

  get(key: string): Stored | undefined {
    const stored = this.entries.get(key);
    return stored && (stored.until as number) > performance.now() ? stored : undefined;
  }

  set(key: string, { value, version }: Stored, lifeMs = Infinity): void {
    const life = Math.min(lifeMs, this.lifeMs);
    if (life > 0) this.entries.set(key, { value, version, until: performance.now() + life });
  }

  /** Where there is no room left, what is asked for the first time would push out what is read again. */
  admits(key: string): boolean {
    const wasSeen = this.seen.add(key);
    const { size, calculatedSize } = this.entries;
    return wasSeen || (size < FULL * MOST_ENTRIES && calculatedSize < FULL * MOST_BYTES);
  }
}

/** V8 keeps a byte a character of ASCII, two of most else; what is not text is small. */
function bytesOf(value: unknown): number {
  if (typeof value === 'string')
    return Buffer.byteLength(value) === value.length ? value.length : 2 * value.length;
  if (typeof value !== 'object' || value === null) return 8;
  return Object.values(value).reduce((sum: number, part) => sum + bytesOf(part), 0);
}
