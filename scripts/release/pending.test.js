import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findWayBack, originOf, previousRevision } from './pending.js';

const history = (...statuses) =>
  statuses.map((status, n) => ({ revision: n + 1, status, description: 'Upgrade complete' }));

describe('a release that a killed deploy left', () => {
  const cases = [
    ['nothing at all needs nothing', [], undefined],
    ['a deployed one needs nothing', ['superseded', 'deployed'], undefined],
    ['a failed upgrade needs nothing: Helm goes on from it', ['deployed', 'failed'], undefined],
    [
      'pending-upgrade goes back to the deployed one',
      ['superseded', 'deployed', 'pending-upgrade'],
      { rollback: 2, status: 'pending-upgrade' },
    ],
    [
      'pending-rollback goes back to the deployed one',
      ['deployed', 'failed', 'pending-rollback'],
      { rollback: 1, status: 'pending-rollback' },
    ],
    [
      'without a deployed one the newest superseded counts',
      ['superseded', 'superseded', 'pending-upgrade'],
      { rollback: 2, status: 'pending-upgrade' },
    ],
    [
      'a pending first install is uninstalled',
      ['pending-install'],
      { uninstall: true, status: 'pending-install' },
    ],
    [
      'a failed first install is uninstalled, or Helm would refuse to upgrade it',
      ['failed'],
      { uninstall: true, status: 'failed' },
    ],
  ];
  for (const [title, statuses, way] of cases)
    it(title, () => assert.deepEqual(findWayBack(history(...statuses)), way));

  it('an uninstall half-way is left to a person', () => {
    assert.throws(() => findWayBack(history('deployed', 'uninstalling')), /finish it with helm uninstall/);
  });
});

describe('the revision before', () => {
  it('is the last one that was deployed, not one that failed', () => {
    assert.equal(previousRevision(history('superseded', 'failed', 'deployed')), 1);
  });

  it('after a rollback is the one before its target, not the bad one again', () => {
    const list = history('superseded', 'superseded', 'superseded', 'deployed');
    list[3].description = 'Rollback to 2';
    assert.equal(previousRevision(list), 1);
  });

  it('is nothing for a first release', () => {
    assert.equal(previousRevision(history('deployed')), undefined);
    assert.equal(previousRevision([]), undefined);
  });
});

it('what a rollback to a rollback runs is what was deployed first', () => {
  const list = history('superseded', 'superseded', 'superseded', 'superseded', 'deployed');
  list[2].description = 'Rollback to 1';
  list[4].description = 'Rollback to 3';
  assert.equal(originOf(list, list[4]).revision, 1);
  assert.equal(originOf(list, list[3]).revision, 4);
});
