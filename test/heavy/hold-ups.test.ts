import assert from 'node:assert/strict';
import { it } from 'node:test';
import { holdUps } from './hold-ups.ts';

const LINES = '1000 300.0 290.0\n2000 80.4 20.0\n2001 50.0 60.0\n';

it('finds the longest turn on the clock, and the longest of own work, since a time', () => {
  assert.deepEqual(holdUps(LINES, 1500), { clock: 80, own: 50 });
  assert.deepEqual(holdUps(LINES, 0), { clock: 300, own: 290 });
});

it('finds nothing where no turn was long', () => {
  assert.deepEqual(holdUps('', 0), { clock: 0, own: 0 });
  assert.deepEqual(holdUps(LINES, 3000), { clock: 0, own: 0 });
});
