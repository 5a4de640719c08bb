import { expect, it } from '@jest/globals';
import { LocalStore } from './local-store.js';

const KEYS = 100;

it('bounds keys as well as values: a key may be as long as an address', () => {
  const store = new LocalStore(60_000);
  for (let n = 0; n < KEYS; n++) store.set(`${n}:${'k'.repeat(250_000)}`, { value: 'v' });
  expect(store.size).toBeGreaterThan(KEYS / 2);
  expect(store.size).toBeLessThan(KEYS);
});
