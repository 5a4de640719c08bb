import assert from 'node:assert/strict';
import { it } from 'node:test';
import { whyNot } from './run.ts';

it('explains its options for hogs that are not a number, and for an unknown command', () => {
  for (const given of [
    { hogs: 'two', only: '' },
    { hogs: '0', only: 'stop' },
  ])
    assert.match(whyNot(given) ?? '', /^npm run test:bare \[-- OPTIONS\]/);
});
