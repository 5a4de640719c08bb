import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { KubernetesEvent } from '../kubernetes.ts';
import { causeOf, controllerCause } from './causes.ts';
import { anEvent, aPod, ended, type PodWish, running, waiting } from './test-pods.ts';

const found = (wish: PodWish, events: KubernetesEvent[] = [], nodeGrace = 120) =>
  causeOf(aPod(wish), { events, nodeGrace });

const PULL =
  'Failed to pull image "registry.test/galley@sha256:aaaa": rpc error: code = NotFound desc = failed to pull and unpack image "registry.test/galley@sha256:aaaa": failed to resolve reference "registry.test/galley@sha256:aaaa": registry.test/galley@sha256:aaaa: not found';
const unschedulable = [
  {
    type: 'PodScheduled',
    status: 'False',
    reason: 'Unschedulable',
    message: '0/1 nodes are available: 1 Insufficient memory.',
  },
];
const pending = { phase: 'Pending' };

describe('a new pod shows no cause', () => {
  const cases: [what: string, wish: PodWish, events?: KubernetesEvent[]][] = [
    ['while its container is created', { ...pending, status: { state: waiting('ContainerCreating') } }],
    ['when it is ready', { status: { state: running, ready: true } }],
    [
      'when it is ready after a restart',
      { status: { state: running, lastState: ended(1), restartCount: 1, ready: true } },
    ],
    [
      'when its Job has ended with 0',
      { component: 'migrate', phase: 'Succeeded', status: { state: ended(0, 'Completed') } },
    ],
    ['while its Job runs', { component: 'migrate', status: { state: running, ready: true } }],
  ];
  for (const [what, wish, events] of cases) it(what, () => assert.equal(found(wish, events), undefined));
});

describe('a cause that ends a deploy at once', () => {
  const cases: [what: string, wish: PodWish, events: KubernetesEvent[], clause: RegExp][] = [
    [
      'a container that ended with 78 and is not started again yet',
      {
        status: { state: waiting('CrashLoopBackOff', 'back-off 10s'), lastState: ended(78), restartCount: 1 },
      },
      [],
      /^The new pod galley-7c9d-x2x4p ended with 78$/,
    ],
    [
      'a container that ended twice, before the kubelet calls it a loop',
      { status: { state: ended(1), lastState: ended(1), restartCount: 1 } },
      [],
      /ended with 1$/,
    ],
    [
      'a container that runs for the third time',
      { status: { state: running, lastState: ended(1), restartCount: 2 } },
      [],
      /ended with 1$/,
    ],
    [
      'a container that ends with 0 although it must run',
      { status: { state: waiting('CrashLoopBackOff'), lastState: ended(0, 'Completed'), restartCount: 3 } },
      [],
      /ended with 0$/,
    ],
    [
      'too little memory',
      { status: { state: waiting('CrashLoopBackOff'), lastState: ended(137, 'OOMKilled'), restartCount: 1 } },
      [],
      /was killed because it exceeded its memory limit of 512Mi$/,
    ],
    [
      'a signal',
      { status: { state: waiting('CrashLoopBackOff'), lastState: ended(139), restartCount: 1 } },
      [],
      /ended with 139 \(SIGSEGV\)$/,
    ],
    [
      'a liveness probe',
      { status: { state: waiting('CrashLoopBackOff'), lastState: ended(137), restartCount: 2 } },
      [anEvent('Killing', 'Container galley failed liveness probe, will be restarted')],
      /was stopped because its liveness probe failed$/,
    ],
    [
      'a container beside the product',
      {
        container: 'proxy',
        status: { state: waiting('CrashLoopBackOff'), lastState: ended(2), restartCount: 1 },
      },
      [],
      /^The container proxy of the new pod galley-\S+ ended with 2$/,
    ],
    [
      'an image that was not found twice',
      { ...pending, status: { state: waiting('ImagePullBackOff') } },
      [anEvent('Failed', PULL, { count: 2 })],
      /cannot pull the image registry\.test\/galley@sha256:aaaa$/,
    ],
    [
      'an image name that is none',
      { ...pending, status: { state: waiting('InvalidImageName') } },
      [],
      /has an image that cannot be used \(InvalidImageName\)$/,
    ],
  ];
  for (const [what, wish, events, clause] of cases)
    it(`is ${what}`, () => {
      const cause = found(wish, events);
      assert.match(cause?.clause ?? '', clause);
      assert.equal(cause?.patience, 0);
    });
});

describe('a cause that must last', () => {
  const cases: [what: string, wish: PodWish, events: KubernetesEvent[], least: number, clause: RegExp][] = [
    [
      'a Secret that is not there',
      { ...pending, status: { state: waiting('CreateContainerConfigError', 'secret "galley" not found') } },
      [],
      1,
      /CreateContainerConfigError/,
    ],
    [
      'the first failed pull',
      { ...pending, status: { state: waiting('ErrImagePull') } },
      [anEvent('Failed', PULL)],
      20,
      /cannot pull/,
    ],
    [
      'a migration that failed, because Helm ends by itself',
      { component: 'migrate', phase: 'Failed', status: { state: ended(1) } },
      [],
      5,
      /^The migration \S+ ended with 1$/,
    ],
    [
      'a pod without a node',
      { ...pending, status: {}, conditions: unschedulable },
      [],
      120,
      /fits on no node$/,
    ],
    [
      'a first crash',
      { status: { state: running, lastState: ended(1), restartCount: 1 } },
      [],
      Infinity,
      /ended with 1$/,
    ],
    [
      'a probe that fails',
      { status: { state: running } },
      [anEvent('Unhealthy', 'Readiness probe failed: HTTP probe failed with statuscode: 503')],
      Infinity,
      /did not become ready$/,
    ],
    [
      'a pod that its node has stopped',
      { phase: 'Failed', conditions: [], status: {} },
      [],
      Infinity,
      /was stopped by its node \(Evicted\)$/,
    ],
  ];
  for (const [what, wish, events, least, clause] of cases)
    it(`is ${what}`, () => {
      const pod = aPod(wish);
      if (wish.phase === 'Failed' && wish.component !== 'migrate') pod.status.reason = 'Evicted';
      const cause = causeOf(pod, { events, nodeGrace: 120 });
      assert.match(cause?.clause ?? '', clause);
      assert.ok((cause?.patience ?? 0) >= least);
    });

  it('is a pod without a node as long as an autoscaler adds one', () => {
    const wish = { ...pending, status: {}, conditions: unschedulable };
    assert.equal(found(wish, [], 0)?.patience, 0);
    assert.equal(found(wish, [anEvent('TriggeredScaleUp', 'pod triggered scale-up')], 0)?.patience, Infinity);
  });

  it('is a volume of an object that does not exist', () => {
    const wish = { ...pending, status: { state: waiting('ContainerCreating') } };
    const message = 'MountVolume.SetUp failed for volume "authority" : secret "authority" not found';
    assert.equal(found(wish, [anEvent('FailedMount', message, { count: 1 })])?.patience, Infinity);
    const lasting = found(wish, [anEvent('FailedMount', message, { count: 5 })]);
    assert.match(lasting?.reason ?? '', /secret "authority" not found/);
    assert.equal(lasting?.patience, 10);
  });
});

it('the reason of a failed pull is its innermost error', () =>
  assert.equal(
    found({ ...pending, status: { state: waiting('ErrImagePull') } }, [anEvent('Failed', PULL)])?.reason,
    'failed to resolve reference "registry.test/galley@sha256:aaaa": registry.test/galley@sha256:aaaa: not found',
  ));

describe('a controller without pods', () => {
  it('states the policy that refuses them', () => {
    const cause = controllerCause([
      anEvent('FailedCreate', 'Error creating: pods "galley-1" is forbidden: exceeded quota: compute', {
        of: 'galley-7c9d',
        kind: 'ReplicaSet',
      }),
    ]);
    assert.equal(cause?.clause, 'The cluster does not create a pod of the ReplicaSet galley-7c9d');
    assert.match(cause?.reason ?? '', /^pods "galley-1" is forbidden: exceeded quota/);
  });

  it('states the deadline of a Job', () => {
    const event = anEvent('DeadlineExceeded', 'Job was active longer than specified deadline', {
      of: 'galley-migrate',
      kind: 'Job',
    });
    assert.match(
      controllerCause([event])?.clause ?? '',
      /Job galley-migrate did not end before its deadline/,
    );
  });

  it('is not one whose events are about other things', () =>
    assert.equal(controllerCause([anEvent('SuccessfulCreate', 'Created pod', { kind: 'Job' })]), undefined));
});
