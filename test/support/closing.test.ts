import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Closing } from './closing.ts';

it('closes in the reverse order, even if one of them fails', async () => {
  const closing = new Closing();
  const closed: string[] = [];
  closing.add(() => closed.push('the folder'));
  closing.add(() => closed.push('the database'));
  closing.add(() => Promise.reject(new Error('it has ended')));
  await assert.rejects(closing.close(), /it has ended/);
  assert.deepEqual(closed, ['the database', 'the folder']);
});
