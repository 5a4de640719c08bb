import { describe, expect, it } from '@jest/globals';
import { Refusals } from './refusals.js';

const limit = { name: 'login-address', key: 'ip:192.0.2.1', max: 3 };

describe('a limit that refused', () => {
  it('refuses for a second more without a look, and shows the end of its window', () => {
    const refusals = new Refusals();
    refusals.hold(limit, 60_000, 0);
    expect(refusals.find(limit, 999)).toEqual({ limit, count: { hits: 4, resetMs: 59_001 } });
    expect(refusals.find(limit, 1000)).toBeUndefined();
    expect(refusals.find({ ...limit, key: 'ip:192.0.2.2' }, 1)).toBeUndefined();
    expect(refusals.find({ ...limit, name: 'refresh-address' }, 1)).toBeUndefined();
  });

  it('is forgotten with its window', () => {
    const refusals = new Refusals();
    refusals.hold(limit, 10, 0);
    expect(refusals.find(limit, 10)).toBeUndefined();
  });

  it('takes no memory for ever: old ones go, and of too many the oldest', () => {
    const refusals = new Refusals();
    for (let n = 0; n < 20_000; n++) refusals.hold({ ...limit, key: `ip:${n}` }, 60_000, 0);
    expect(refusals.size).toBe(10_000);
    expect(refusals.find({ ...limit, key: 'ip:19999' }, 1)?.limit.key).toBe('ip:19999');
    refusals.hold(limit, 60_000, 1000);
    expect(refusals.size).toBe(1);
  });
});
