import { LRUCache } from 'lru-cache';

/** What Keyv stores: a value and when it ends, in milliseconds of the epoch. */
export interface Stored {
  value: unknown;
  expires?: number;
}

const MOST_ENTRIES = 1000;
/** Of keys and of the values' text; compressed variants beside them are smaller and not counted. */
const MOST_BYTES = 32 * 1024 * 1024;
/** Of what an entry takes beside its text. */
const OVERHEAD_BYTES = 500;

/** The cache of this process: least recently used first out, by number and by bytes; objects as they are. */
export class LocalStore {
  readonly opts = {};
  namespace: string | undefined;
  private readonly entries: LRUCache<string, Stored>;

  /** @param lifeMs the longest that an entry lives here, whatever its own life: 0 keeps nothing */
  constructor(private readonly lifeMs: number) {
    this.entries = new LRUCache<string, Stored>({
      max: MOST_ENTRIES,
      maxSize: MOST_BYTES,
      sizeCalculation: ({ value }, key) => OVERHEAD_BYTES + bytesOf(key) + bytesOf(value),
    });
  }

  get size(): number {
    return this.entries.size;
  }

  get(key: string): Stored | undefined {
    return this.entries.get(key);
  }

  set(key: string, stored: Stored, ttlMs = Infinity): boolean {
    if (this.lifeMs === 0) return false;
    this.entries.set(key, stored, { ttl: Math.ceil(Math.min(ttlMs, this.lifeMs)) });
    return true;
  }

  delete(key: string): boolean {
    return this.entries.delete(key);
  }

  clear(): void {
    this.entries.clear();
  }

  on(): this {
    return this;
  }
}

/** Two bytes a character at most; what is not text is small. */
function bytesOf(value: unknown): number {
  if (typeof value === 'string') return value.length * 2;
  if (typeof value !== 'object' || value === null) return 8;
  return Object.values(value).reduce((sum: number, part) => sum + bytesOf(part), 0);
}
