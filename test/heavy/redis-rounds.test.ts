import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { faultsOfRounds, type Round } from './redis-rounds.ts';

const during = { requests: 10, failed: 0, failures: [], p50: 1, p99: 10, worst: 20 };
const right: Round = {
  ...{ normal: during, after: { ...during, p99: 14 }, all: during },
  ...{ holds: true, ready: 200, details: 'degraded, redis down' },
};
const faults = (...rounds: Partial<Round>[]) =>
  faultsOfRounds(
    rounds.map((round) => ({ ...right, ...round })),
    'degraded, redis down',
  );

describe('three rounds of a fault of Redis', () => {
  it('are right if the median p99 is at most 5 ms above normal', () => {
    const slow = { after: { ...during, p99: 400 } };
    assert.deepEqual(faults({}, {}, slow), []);
    assert.deepEqual(faults({}, slow, slow), ['p99 is 390.0 ms above normal']);
  });

  it('are wrong if one of them has a failure, no limit, no readiness or other details', () => {
    const failed = { all: { ...during, failed: 1, failures: [503] } };
    assert.deepEqual(faults({}, failed, {}), ['503']);
    assert.deepEqual(faults({}, { holds: false }, {}), ['failed logins are not limited']);
    assert.deepEqual(faults({}, { ready: 503 }, {}), ['not ready']);
    assert.deepEqual(faults({ details: 'ok, redis up' }), [
      'details say ok, redis up, not degraded, redis down',
    ]);
  });
});
