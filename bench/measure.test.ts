import assert from 'node:assert/strict';
import { it } from 'node:test';
import { summary } from './measure.ts';

const run = (perSecond: number, refused: Record<string, number> = {}, errors = 0) => ({
  ...{ count: 1, perSecond, p50: 1, p95: 2, p99: 3, cpuMicros: 4 },
  ...{ errors, refused },
});

it('takes the median of the runs, and adds up their faults', () => {
  const { perSecond, faults } = summary([run(900), run(10, { 429: 2, 503: 1 }), run(1000, {}, 4)]);
  assert.equal(perSecond, 900);
  assert.equal(faults, 7);
});
