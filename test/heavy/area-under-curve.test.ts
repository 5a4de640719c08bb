import assert from 'node:assert/strict';
import { it } from 'node:test';
import { areaUnderCurve } from './area-under-curve.ts';

it('tells times that differ from times that do not', () => {
  assert.equal(areaUnderCurve([1, 2, 3], [1, 2, 3]), 0.5);
  assert.equal(areaUnderCurve([1, 2, 3], [4, 5, 6]), 1);
  assert.equal(areaUnderCurve([4, 5, 6], [1, 2, 3]), 0);
});
