import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { HelmRevision } from './helm.ts';
import {
  findWayBack,
  hasPassed,
  lastPassed,
  originOf,
  previousRevision,
  type Returning,
  returnToDeployed,
  wasUndone,
} from './pending.ts';

/** Each revision has a chart of its own. A step is a status, or a status and a description. */
const history = (...steps: (string | [status: string, description: string])[]): HelmRevision[] =>
  steps.map((step, n) => {
    const [status, description] = typeof step === 'string' ? [step, 'Upgrade complete'] : step;
    return { revision: n + 1, status, description, chart: `galley-0.${n + 1}.0` };
  });

const UPGRADE_FAILED = 'Upgrade "galley" failed: context deadline exceeded';
const ROLLBACK_FAILED = 'Rollback "galley" failed: the server rejected our request';
const WAIT_FAILED = 'Release "galley" failed: context deadline exceeded';

describe('a release that a killed deploy left', () => {
  const cases: [title: string, statuses: string[], way: ReturnType<typeof findWayBack>][] = [
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
    assert.throws(() => findWayBack(history('deployed', 'uninstalling')), /Complete it with helm uninstall/);
  });
});

describe('the revision before', () => {
  it('is the last one that was deployed, not one that failed', () => {
    assert.equal(previousRevision(history('superseded', 'failed', 'deployed')), 1);
  });

  it('after a rollback is the one before its target, not the bad one again', () => {
    const list = history('superseded', 'superseded', 'superseded', 'deployed');
    Object.assign(list[3] ?? {}, { description: 'Rollback to 2' });
    assert.equal(previousRevision(list), 1);
  });

  it('after an upgrade that failed half-way is the one that was deployed', () => {
    assert.equal(previousRevision(history('superseded', 'deployed', ['failed', UPGRADE_FAILED])), 2);
  });

  /** Like `history`, and the last revision was to return to the chart of `to`. */
  const backTo = (to: number, list: HelmRevision[]) => {
    const [target, last] = [list[to - 1], list.at(-1)];
    assert.ok(target && last);
    last.chart = target.chart;
    return list;
  };

  it('after a rollback that failed is where that was to return, not the bad one', () => {
    const rejected = history('superseded', 'superseded', ['failed', ROLLBACK_FAILED]);
    assert.equal(previousRevision(backTo(1, rejected)), 1);
    const notReady = history('superseded', 'deployed', ['failed', WAIT_FAILED]);
    assert.equal(previousRevision(backTo(1, notReady)), 1);
    const byHelm = history(
      'superseded',
      'deployed',
      ['superseded', UPGRADE_FAILED],
      ['failed', ROLLBACK_FAILED],
    );
    assert.equal(previousRevision(backTo(2, byHelm)), 2);
  });

  it('is not an upgrade that failed, although Helm calls it superseded', () => {
    assert.equal(
      previousRevision(history('superseded', ['superseded', UPGRADE_FAILED], 'superseded', 'deployed')),
      3,
    );
    assert.equal(previousRevision(history('superseded', ['superseded', UPGRADE_FAILED], 'deployed')), 1);
  });

  it('is nothing for a first release', () => {
    assert.equal(previousRevision(history('deployed')), undefined);
    assert.equal(previousRevision([]), undefined);
  });
});

describe('what a rollback was to undo', () => {
  const back = (list: ReturnType<typeof history>, to: number) => {
    Object.assign(list.at(-1) ?? {}, { description: `Rollback to ${to}` });
    return list;
  };
  const pending = history('superseded', 'deployed', 'pending-upgrade');

  it('is undone when the deploy in progress was ended', () =>
    assert.equal(
      wasUndone(pending, back(history('superseded', 'superseded', 'failed', 'deployed'), 2)),
      true,
    ));

  it('is undone when a deploy began and failed meanwhile', () =>
    assert.equal(wasUndone(history('deployed'), back(history('superseded', 'failed', 'deployed'), 1)), true));

  it('is not undone when the deploy was faster', () =>
    assert.equal(wasUndone(pending, history('superseded', 'superseded', 'deployed')), false));

  it('is not undone when Helm could not roll back, so that pods of both releases can run', () => {
    const upgrade: [string, string] = ['failed', UPGRADE_FAILED];
    assert.equal(wasUndone(history('deployed'), history('deployed', upgrade)), false);
    assert.equal(wasUndone(pending, history('superseded', 'deployed', upgrade)), false);
    assert.equal(
      wasUndone(pending, history('superseded', 'deployed', upgrade, ['failed', WAIT_FAILED])),
      false,
    );
  });

  it('is not undone when nothing was in progress', () => {
    assert.equal(wasUndone(history('superseded', 'deployed'), history('superseded', 'deployed')), false);
    const failed = back(history('superseded', 'failed', 'deployed'), 1);
    assert.equal(wasUndone(failed, failed), false);
  });
});

describe('after an upgrade that failed', () => {
  const why = new Error('The new pod galley-1 ended with 78');
  /** Helm, which has this history and notes the revisions to which it is to return. */
  function aHelm(list: HelmRevision[], rollback?: () => Promise<void>) {
    const returned: number[] = [];
    const helm: Returning = {
      history: () => Promise.resolve(list),
      rollback: (revision) => rollback?.() ?? Promise.resolve(void returned.push(revision)),
      uninstall: () => Promise.resolve(),
    };
    return { helm, returned };
  }
  const say = () => undefined;

  it('nothing is to be done if Helm has rolled back', async () => {
    const { helm, returned } = aHelm(history('superseded', 'failed', ['deployed', 'Rollback to 1']));
    await returnToDeployed(helm, 'staging', { why, say });
    assert.deepEqual(returned, []);
  });

  it('the deployed revision is restored if Helm has not', async () => {
    const { helm, returned } = aHelm(history('superseded', 'deployed', ['failed', UPGRADE_FAILED]));
    await returnToDeployed(helm, 'staging', { why, say });
    assert.deepEqual(returned, [2]);
  });

  it('the cause and what to do stay in the message if it cannot be restored', async () => {
    const { helm } = aHelm(history('deployed', ['failed', UPGRADE_FAILED]), () =>
      Promise.reject(new Error('helm rollback failed (1)')),
    );
    await assert.rejects(returnToDeployed(helm, 'staging', { why, say }), {
      message:
        'The new pod galley-1 ended with 78. The previous release could not be restored: helm rollback failed (1). Run scripts/rollback staging',
    });
  });
});

it('what a rollback to a rollback runs is what was deployed first', () => {
  const list = history('superseded', 'superseded', 'superseded', 'superseded', 'deployed');
  const [, , third, fourth, fifth] = list;
  assert.ok(third && fourth && fifth);
  third.description = 'Rollback to 1';
  fifth.description = 'Rollback to 3';
  assert.equal(originOf(list, fifth).revision, 1);
  assert.equal(originOf(list, fourth).revision, 4);
});

describe('a release that fails its verification', () => {
  /**
   * Returns revisions from 1 on: deployed charts, or the revision to which a rollback returned. The last one has
   * failed.
   */
  const line = (...steps: (string | number)[]) => {
    const list: HelmRevision[] = [];
    steps.forEach((step, n) => {
      const target = list.find(({ revision }) => revision === step);
      const description = typeof step === 'number' ? `Rollback to ${step}` : step;
      const status = n === steps.length - 1 ? 'deployed' : 'superseded';
      list.push({ revision: n + 1, status, description, chart: target?.chart ?? String(step) });
    });
    return list;
  };
  const last = (list: HelmRevision[]) => {
    const entry = list.at(-1);
    assert.ok(entry);
    return entry;
  };
  const at = (list: HelmRevision[], ...revisions: number[]) =>
    list
      .filter(({ revision }) => revisions.includes(revision))
      .map(({ revision, chart }) => ({ revision, chart }));
  const wayFrom = (list: HelmRevision[], ...passed: number[]) =>
    lastPassed(list, last(list), at(list, ...passed))?.revision;

  it('goes back to the last that passed, over one that did not', () => {
    assert.equal(wayFrom(line('a', 'b', 'c'), 1, 2), 2);
    assert.equal(wayFrom(line('a', 'b', 'c'), 1), 1);
    assert.equal(wayFrom(line('a', 'b')), undefined);
  });

  it('does not go back to what was rolled back, though it passed', () => {
    assert.equal(wayFrom(line('a', 'b', 1, 'c'), 1, 2), 3);
    assert.equal(wayFrom(line('a', 'b', 'c', 2, 'd'), 1, 3), 1);
    assert.equal(wayFrom(line('a', 'b', 1, 'c'), 2), undefined);
  });

  it('goes back to it once somebody has gone there again', () => {
    assert.equal(wayFrom(line('a', 'b', 1, 2, 'c'), 1, 2), 4);
  });

  it('does not take a deploy of it that was never verified for it', () => {
    assert.equal(wayFrom(line('a', 'b', 1, 'b', 'c'), 1, 2), 3);
  });

  it('knows a return although Helm has forgotten where to', () => {
    const list = line('a', 'b', 1, 'c');
    assert.equal(lastPassed(list.slice(1), last(list), at(list, 1, 2))?.revision, 3);
    assert.equal(lastPassed(list.slice(1), last(list), at(list, 2)), undefined);
  });

  it('stays when it passed before, also as what was gone back to', () => {
    const list = line('a', 'b', 1);
    assert.equal(hasPassed(list, last(list), at(list, 1)), true);
    assert.equal(hasPassed(list, last(list), at(list, 2)), false);
  });

  it('is not taken for the release of that number before an uninstall', () => {
    const list = line('x', 'c');
    assert.equal(lastPassed(list, last(list), [{ revision: 1, chart: 'a' }]), undefined);
  });
});
