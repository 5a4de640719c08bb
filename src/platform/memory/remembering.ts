import { LRUCache } from 'lru-cache';

const MOST = 1000;

/** Returns a function of a short text that remembers its last thousand results. */
export function remembering<T extends object | string>(compute: (text: string) => T): (text: string) => T {
  const known = new LRUCache<string, T>({ max: MOST });
  return (text) => {
    let value = known.get(text);
    if (value === undefined) known.set(text, (value = compute(text)));
    return value;
  };
}
