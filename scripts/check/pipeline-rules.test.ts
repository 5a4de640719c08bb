import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Job, type Pipeline, upstreamFaults, wrongWith } from './pipeline-rules.ts';

const script = ['true'];
const review = (): Job & Required<Pick<Job, 'environment' | 'rules'>> => ({
  script,
  resource_group: 'review',
  interruptible: false,
  environment: { name: 'review/1', on_stop: 'stop', auto_stop_in: '2 days', deployment_tier: 'development' },
  rules: [{ if: '$A' }],
});
const stop = (): Job & Required<Pick<Job, 'environment' | 'rules'>> => ({
  script,
  resource_group: 'review',
  interruptible: false,
  variables: { GIT_STRATEGY: 'none' },
  environment: { name: 'review/1', action: 'stop' },
  rules: [{ if: '$A', when: 'manual' }],
});
type Small = Pipeline & {
  review: ReturnType<typeof review>;
  stop: ReturnType<typeof stop>;
};
type Change = (pipeline: Small) => unknown;
function faultsOf(change: Change) {
  const pipeline: Small = { stages: ['test'], review: review(), stop: stop() };
  change(pipeline);
  return wrongWith(pipeline);
}

describe('what the schema of GitLab does not see', () => {
  it('is not in a good pipeline', () =>
    assert.deepEqual(
      faultsOf(() => undefined),
      [],
    ));

  it('is no environment that a job only prepares', () =>
    assert.deepEqual(
      faultsOf((p) => (p.attest = { script, environment: { name: 'staging', action: 'prepare' } })),
      [],
    ));

  it('is no need of a job that other settings bring', () =>
    assert.deepEqual(
      faultsOf((p) => (p.review.needs = [{ job: 'scan', optional: true }])),
      [],
    ));

  const cases: [what: string, change: Change, says: RegExp][] = [
    [
      'an environment that no job stops',
      (p: Partial<Small>) => delete p.stop,
      /stopped by stop, which is no job/,
    ],
    ['a stop job that needs the branch', (p) => delete p.stop.variables, /GIT_STRATEGY: none/],
    [
      'a stop job that a failed deploy skips',
      (p) => (p.stop.needs = ['review']),
      /stop: needs review, so that/,
    ],
    ['a stop job without the action', (p) => delete p.stop.environment.action, /requires action: stop/],
    [
      'a stop job of another environment',
      (p) => (p.stop.environment.name = 'review/2'),
      /stops another environment/,
    ],
    ['a stop job with other rules', (p) => (p.stop.rules = [{ if: '$B', when: 'manual' }]), /may be missing/],
    ['a duration that is none', (p) => (p.review.environment.auto_stop_in = '2d'), /not a duration: 2d/],
    ['a tier that is none', (p) => (p.review.environment.deployment_tier = 'prod'), /no tier prod/],
    ['a deploy that may be interrupted', (p) => (p.review.interruptible = true), /may be interrupted/],
    ['two deploys at once', (p) => delete p.review.resource_group, /without a resource_group/],
    ['a need that is no job', (p) => (p.review.needs = ['gone']), /needs gone, which is no job/],
    [
      'a need whose digests are not taken',
      (p) => Object.assign(p.review, { needs: ['stop'], dependencies: [] }),
      /leave out what that left/,
    ],
    [
      'a deploy before the scan',
      (p) => Object.assign(p, { 'deploy:staging': { script }, container_scanning: { script } }),
      /does not wait for container_scanning/,
    ],
    [
      'a signature where the key is not',
      (p) => (p.review.script = ['scripts/attest']),
      /not in an environment that has the key/,
    ],
    [
      'a deploy that tells nobody',
      (p) => (p.review.script = ['scripts/deploy staging']),
      /tells nobody how it ended/,
    ],
    ['an image that moves', (p) => (p.review.image = 'node:latest'), /node:latest has no exact tag/],
    [
      'a service that moves',
      (p) => (p.review.services = [{ name: 'postgres' }]),
      /postgres has no exact tag/,
    ],
    [
      'an emergency rollback that waits for a deploy',
      (p) =>
        Object.assign(p, {
          back: {
            script: ['scripts/rollback staging', 'scripts/notify'],
            resource_group: 'review',
            interruptible: false,
          },
        }),
      /back: waits for review, because both have the resource_group review/,
    ],
    ['a stage that is not listed', (p) => (p.review.stage = 'later'), /stage later is not listed/],
  ];
  for (const [what, change, says] of cases) {
    it(`is found: ${what}`, () => assert.match(faultsOf(change).join('\n'), says));
  }
});

describe('a project whose path contains upper case', () => {
  const project = {
    CI_PROJECT_ID: '1',
    CI_MERGE_REQUEST_PROJECT_ID: '1',
    CI_MERGE_REQUEST_PROJECT_PATH: 'Group/Galley',
    CI_REGISTRY_IMAGE: 'registry.example.com/group/galley',
  };

  it('must name its registry for forks', () => {
    assert.match(
      upstreamFaults(project).join(),
      /UPSTREAM_REGISTRY must be registry\.example\.com\/group\/galley/,
    );
    assert.equal(upstreamFaults({ ...project, UPSTREAM_REGISTRY: 'registry.example.com/other' }).length, 1);
    assert.deepEqual(upstreamFaults({ ...project, UPSTREAM_REGISTRY: project.CI_REGISTRY_IMAGE }), []);
  });

  it('need not if its path is in lower case, and a fork or a laptop is not checked', () => {
    assert.deepEqual(upstreamFaults({ ...project, CI_MERGE_REQUEST_PROJECT_PATH: 'group/galley' }), []);
    assert.deepEqual(upstreamFaults({ ...project, CI_PROJECT_ID: '2' }), []);
    assert.deepEqual(upstreamFaults({}), []);
  });
});
