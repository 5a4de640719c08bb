import assert from 'node:assert/strict';
import { it } from 'node:test';
import { medianOf, quantilesOf } from './jobs/quantiles.ts';

it('the quantiles of the times of jobs are those of the sorted times', () => {
  const all = Array.from({ length: 200 }, (_, n) => 200 - n);
  assert.deepEqual(quantilesOf(all), { p50: 101, p99: 199 });
  assert.deepEqual(quantilesOf([7]), { p50: 7, p99: 7 });
});

it('a run that was disturbed does not move the median', () => {
  const runs = [
    { p50: 1, p99: 5 },
    { p50: 2, p99: 900 },
    { p50: 3, p99: 6 },
  ];
  assert.deepEqual(medianOf(runs), { p50: 2, p99: 6 });
});
