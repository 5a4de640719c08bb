import assert from 'node:assert/strict';
import { it } from 'node:test';
import { readOptions } from './options.ts';

it('runs everything three times, or only once if it has to be quick', () => {
  assert.deepEqual(readOptions([]), { only: '', rounds: 3, seconds: 2, starts: 3, idleMs: 2000 });
  const quick = readOptions(['--quick', '--only', 'one post']);
  assert.deepEqual([quick.only, quick.rounds, quick.seconds], ['one post', 1, 1]);
});

it('refuses an option that it does not know', () => {
  assert.throws(() => readOptions(['--fast']), /--fast/);
});
