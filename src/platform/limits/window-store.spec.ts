import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { WindowStore } from './window-store.js';

describe('counts in windows', () => {
  it('grow by one, each key alone, and end with their window', async () => {
    const store = new WindowStore();
    expect([store.add('a', 50).hits, store.add('a', 50).hits, store.add('b', 50).hits]).toEqual([1, 2, 1]);
    expect(store.add('b', 50).resetMs).toBeLessThanOrEqual(50);
    await delay(70);
    expect(store.add('a', 50)).toEqual({ hits: 1, resetMs: 50 });
  });

  it('do not move their window when they grow', async () => {
    const store = new WindowStore();
    store.add('a', 100);
    await delay(60);
    expect(store.add('a', 100).resetMs).toBeLessThanOrEqual(45);
  });

  it('are bounded: half a million keys keep the last hundred thousand', () => {
    const store = new WindowStore();
    for (let n = 0; n < 500_000; n++) store.add(`key ${n}`, 60_000);
    expect(store.size).toBe(100_000);
    expect([store.add('key 499999', 60_000).hits, store.add('key 0', 60_000).hits]).toEqual([2, 1]);
  });

  it('that have ended are dropped, some thousand at a time', async () => {
    const store = new WindowStore();
    for (let n = 0; n < 7000; n++) store.add(`key ${n}`, 20);
    store.add('last', 60_000);
    await delay(30);
    store.sweep();
    expect(store.size).toBe(2001);
    store.sweep();
    expect(store.size).toBe(1);
  });
});
