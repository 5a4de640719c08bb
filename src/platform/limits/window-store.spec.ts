import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { WindowStore } from './window-store.js';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

describe('counts in windows', () => {
  it('grow by one, each key alone, and end with their window', () => {
    const store = new WindowStore();
    expect([store.add('a', 50).hits, store.add('a', 50).hits, store.add('b', 50).hits]).toEqual([1, 2, 1]);
    expect(store.add('b', 50).resetMs).toBeLessThanOrEqual(50);
    jest.advanceTimersByTime(70);
    expect(store.add('a', 50)).toEqual({ hits: 1, resetMs: 50 });
  });

  it('grow by several, or not at all if that is above the maximum', () => {
    const store = new WindowStore();
    expect(store.add('a', 50, 4, 6)).toEqual({ hits: 4, resetMs: 50 });
    expect(store.add('a', 50, 3, 6)).toEqual({ hits: 4, resetMs: 50, isRefused: true });
    expect(store.add('a', 50, 2, 6).hits).toBe(6);
    expect(store.add('b', 50, 7, 6)).toEqual({ hits: 0, resetMs: 50, isRefused: true });
  });

  it('do not move their window when they grow', () => {
    const store = new WindowStore();
    store.add('a', 100);
    jest.advanceTimersByTime(60);
    expect(store.add('a', 100).resetMs).toBe(40);
  });

  it('are exact for many keys at once', () => {
    const store = new WindowStore();
    for (let round = 1; round <= 3; round++)
      for (let n = 0; n < 30_000; n++) expect(store.add(`key ${n}`, 60_000).hits).toBe(round);
    expect(store.size).toBe(30_000);
  });

  it('that have ended are dropped, a part at a time', () => {
    const store = new WindowStore();
    for (let n = 0; n < 7000; n++) store.add(`key ${n}`, 1000);
    store.add('last', 60_000);
    jest.advanceTimersByTime(1010);
    store.sweep();
    expect(store.size).toBeGreaterThan(6000);
    expect(store.size).toBeLessThan(7000);
    for (let n = 0; n < 15; n++) store.sweep();
    expect(store.size).toBe(1);
    expect(store.add('last', 60_000).hits).toBe(2);
  });
});
