import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { faultsOfWrite, momentOf } from './killed-write.ts';

const made = { status: 201, text: '{"id":1}', replayed: false };
const replayed = { ...made, replayed: true };

describe('a write during which the process was killed', () => {
  it('is right if it had one effect, whenever the process was killed', () => {
    const moments = {
      'before any effect': { first: undefined, answer: made, effects: 1, again: replayed },
      'after the effect, unanswered': { first: undefined, answer: replayed, effects: 1, again: replayed },
      'after the answer': { first: made, answer: replayed, effects: 1, again: replayed },
    };
    for (const [moment, write] of Object.entries(moments)) {
      assert.equal(momentOf(write), moment);
      assert.deepEqual(faultsOfWrite(write), []);
    }
  });

  it('is wrong if it had two effects, or if an answer is not repeated', () => {
    const right = { first: made, answer: replayed, effects: 1, again: replayed };
    assert.deepEqual(faultsOfWrite({ ...right, effects: 2 }), ['2 effects']);
    assert.deepEqual(faultsOfWrite({ ...right, answer: made }), [
      'the retry does not repeat the first answer',
    ]);
    assert.deepEqual(faultsOfWrite({ ...right, again: { ...replayed, text: '{"id":2}' } }), [
      'a third request is answered otherwise',
    ]);
  });
});
