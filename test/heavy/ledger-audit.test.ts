import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { audit } from './ledger-audit.ts';

const acknowledged = { posts: new Set(['p1']), comments: new Set(['c1']) };
const whole = {
  posts: [{ id: 'p1', title: 'ledger 1', tags: 2 }],
  comments: [{ id: 'c1' }],
  commentCount: 1,
  recorded: [{ id: 'p1' }, { id: 'c1' }],
};

describe('the audit of a ledger', () => {
  it('finds nothing where each write is there once and whole', () => {
    assert.deepEqual(audit(acknowledged, whole), { lost: 0, doubled: 0, halfDone: 0 });
  });

  it('finds what is lost', () => {
    assert.equal(audit({ ...acknowledged, posts: new Set(['p1', 'p2']) }, whole).lost, 1);
  });

  it('finds a post that is there twice', () => {
    const posts = [...whole.posts, { id: 'p2', title: 'ledger 1', tags: 2 }];
    const recorded = [...whole.recorded, { id: 'p2' }];
    assert.deepEqual(audit(acknowledged, { ...whole, posts, recorded }), {
      lost: 0,
      doubled: 1,
      halfDone: 0,
    });
  });

  it('finds a post without a tag, a write without its key, and a wrong count', () => {
    const posts = [{ id: 'p1', title: 'ledger 1', tags: 1 }];
    assert.equal(audit(acknowledged, { ...whole, posts }).halfDone, 1);
    assert.equal(audit(acknowledged, { ...whole, recorded: [{ id: 'p1' }] }).halfDone, 1);
    assert.equal(audit(acknowledged, { ...whole, commentCount: 3 }).halfDone, 2);
  });
});
