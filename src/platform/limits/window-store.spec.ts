import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { WindowStore } from './window-store.js';

describe('counts in windows', () => {
  it('grow by one, each key alone, and end with their window', async () => {
    const store = new WindowStore();
    expect([store.add('a', 50).hits, store.add('a', 50).hits, store.add('b', 50).hits]).toEqual([1, 2, 1]);
    expect(store.peek('a', 50).hits).toBe(2);
    expect(store.peek('a', 50).resetMs).toBeLessThanOrEqual(50);
    await delay(70);
    expect(store.peek('a', 50)).toEqual({ hits: 0, resetMs: 50 });
    expect(store.add('a', 50).hits).toBe(1);
  });

  it('do not move their window when they grow', async () => {
    const store = new WindowStore();
    store.add('a', 100);
    await delay(60);
    expect(store.add('a', 100).resetMs).toBeLessThanOrEqual(45);
  });

  it('are given back, and never below nothing', () => {
    const store = new WindowStore();
    store.add('a', 1000);
    expect([store.add('a', 1000, -1).hits, store.add('a', 1000, -1).hits, store.add('a', 1000).hits]).toEqual(
      [0, 0, 1],
    );
  });

  it('are bounded: half a million keys keep the last hundred thousand', () => {
    const store = new WindowStore();
    for (let n = 0; n < 500_000; n++) store.add(`key ${n}`, 60_000);
    expect(store.size).toBe(100_000);
    expect([store.peek('key 0', 1).hits, store.peek('key 499999', 1).hits]).toEqual([0, 1]);
  });

  it('that have ended are dropped', async () => {
    const store = new WindowStore();
    for (let n = 0; n < 100; n++) store.add(`key ${n}`, 20);
    await delay(30);
    store.add('last', 20);
    expect(store.size).toBe(1);
  });
});
