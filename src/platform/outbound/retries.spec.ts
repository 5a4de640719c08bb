import { describe, expect, it } from '@jest/globals';
import { OutboundFault } from './outbound-fault.js';
import { isTemporary, pauseBefore, retryAfterMs } from './retries.js';
import { RetryBudget } from './retry-budget.js';

describe('a retry', () => {
  it('follows a failure that can be temporary', () => {
    for (const status of [408, 429, 502, 503, 504]) expect(isTemporary({ status })).toBe(true);
    for (const status of [200, 400, 401, 404, 410, 500, 501]) expect(isTemporary({ status })).toBe(false);
    for (const kind of ['connection', 'timeout'] as const)
      expect(isTemporary(new OutboundFault(kind, 'a'))).toBe(true);
    for (const kind of [
      'refused',
      'circuit_open',
      'busy',
      'cancelled',
      'too_large',
      'invalid_response',
    ] as const)
      expect(isTemporary(new OutboundFault(kind, 'a'))).toBe(false);
  });

  it('comes after a random pause that grows, or after Retry-After', () => {
    const pauses = Array.from({ length: 200 }, () => pauseBefore(1));
    expect(Math.max(...pauses)).toBeLessThanOrEqual(100);
    expect(new Set(pauses).size).toBeGreaterThan(100);
    expect(Math.max(...Array.from({ length: 200 }, () => pauseBefore(9)))).toBeLessThanOrEqual(1000);
    expect(pauseBefore(1, 3000)).toBe(3000);
  });

  it('reads Retry-After as seconds or as a date', () => {
    const now = Date.parse('2026-11-20T18:51:12Z');
    expect(retryAfterMs({ 'retry-after': '7' }, now)).toBe(7000);
    expect(retryAfterMs({ 'retry-after': 'Fri, 20 Nov 2026 18:51:22 GMT' }, now)).toBe(10_000);
    expect(retryAfterMs({ 'retry-after': 'Fri, 20 Nov 2020 18:51:22 GMT' }, now)).toBe(0);
    for (const value of ['soon', '', '-1', '1e9', ['1', '2']])
      expect(retryAfterMs({ 'retry-after': value }, now)).toBeUndefined();
    expect(retryAfterMs({}, now)).toBeUndefined();
  });
});

describe('the budget of retries', () => {
  const taken = (budget: RetryBudget) => {
    let count = 0;
    while (budget.take()) count++;
    return count;
  };

  it('has a few retries at the start, and a tenth of the calls', () => {
    const budget = new RetryBudget(() => 0);
    expect(taken(budget)).toBe(3);
    for (let call = 0; call < 51; call++) budget.called();
    expect(taken(budget)).toBe(5);
    for (let call = 0; call < 1000; call++) budget.called();
    expect(taken(budget)).toBe(10);
  });

  it('grows slowly without calls', () => {
    let now = 0;
    const budget = new RetryBudget(() => now);
    taken(budget);
    now = 9_000;
    expect(taken(budget)).toBe(0);
    now = 30_500;
    expect(taken(budget)).toBe(3);
  });
});
