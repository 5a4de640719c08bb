import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { HelmFailed } from '../helm.ts';
import type { Answer } from '../kubectl.ts';
import type { KubernetesEvent, Lists, Pod, ReplicaSet } from '../kubernetes.ts';
import { Refusal } from '../refusal.ts';
import { watchRollout } from './rollout.ts';
import { anEvent, aPod, aReplicaSet, ended, running, waiting } from './test-pods.ts';

/** A namespace in memory. test/cluster uses a real one. */
class FakeCluster {
  pods: Pod[] = [];
  /** `old` is the template of the running release, and `odd` an even older one. */
  sets = [aReplicaSet('odd', 1), aReplicaSet('old', 2)];
  events: KubernetesEvent[] = [];
  logs = '';
  previous = '';
  health = '{"status":200,"body":"{}"}';
  broken = false;

  list<Kind extends keyof Lists>(kind: Kind): Promise<Lists[Kind][]> {
    if (this.broken) return Promise.reject(new Refusal('no answer'));
    const items: Record<keyof Lists, ReplicaSet[] | KubernetesEvent[]> = {
      pods: this.pods,
      replicasets: this.sets,
      events: this.events,
    };
    return Promise.resolve(structuredClone(items[kind]) as Lists[Kind][]);
  }

  /** The Deployment gets this template. */
  become(template: string): void {
    this.sets = [
      ...this.sets.filter(({ metadata }) => metadata.uid !== `owner-${template}`),
      aReplicaSet(template, 9),
    ];
  }

  try([verb, ...args]: string[]): Promise<Answer> {
    const log = args.includes('--previous') ? this.previous : this.logs;
    return Promise.resolve({
      ok: true,
      reason: undefined,
      stdout: verb === 'exec' ? this.health : log,
      stderr: '',
    });
  }
}

let root: string;
let folder: string;
let cluster: FakeCluster;
let said: string[];
before(() => (root = mkdtempSync(join(tmpdir(), 'galley-rollout-'))));
after(() => rmSync(root, { recursive: true }));
beforeEach(() => {
  folder = mkdtempSync(join(root, 'failure-'));
  cluster = new FakeCluster();
  said = [];
});

const start = (helm: (end: AbortSignal) => Promise<void>, nodeGrace = 120) =>
  watchRollout({ kubectl: cluster, folder, nodeGrace, pollMs: 5, say: (line) => said.push(line) }, (end) => {
    cluster.become('7c9d');
    return helm(end);
  });

/** Helm, which waits until it is ended, or until its own timeout, and then rolls back: the new pods are deleted. */
const helm =
  (change: () => void, { timeoutMs = 10_000 } = {}) =>
  async (end: AbortSignal): Promise<void> => {
    change();
    await delay(timeoutMs, undefined, { signal: end }).catch(() => undefined);
    cluster.pods = cluster.pods.filter(({ metadata }) => metadata.labels?.['pod-template-hash'] === 'old');
    throw new HelmFailed('helm upgrade failed (1)');
  };

const crash = { state: waiting('CrashLoopBackOff'), lastState: ended(78), restartCount: 1 };
const kept = () =>
  Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));

describe('while Helm waits', () => {
  it('a new pod that crashes ends Helm, and its last words are the error', async () => {
    cluster.pods = [aPod({ name: 'galley-old', template: 'old', status: { state: running, ready: true } })];
    const outcome = start(
      helm(() => {
        cluster.pods.push(aPod({ status: crash }));
        cluster.logs = 'Correct these settings:\n  JWT_SECRET must be at least 32 bytes\n';
        cluster.events = [anEvent('BackOff', 'Back-off restarting failed container')];
      }),
    );
    await assert.rejects(outcome, {
      message: 'The new pod galley-7c9d-x2x4p ended with 78: JWT_SECRET must be at least 32 bytes',
    });
    const files = kept();
    assert.match(files['cause.txt'] ?? '', /ended with 78: JWT_SECRET must be/);
    assert.match(files['galley-7c9d-x2x4p.galley.log'] ?? '', /Correct these settings/);
    assert.match(files['galley-7c9d-x2x4p.events.txt'] ?? '', /BackOff x1 Back-off restarting/);
    assert.match(files['galley-7c9d-x2x4p.json'] ?? '', /"exitCode": 78/);
    assert.equal(
      Object.keys(files).some((name) => name.startsWith('galley-old')),
      false,
    );
    assert.ok(said.some((line) => /ending Helm, which rolls back/.test(line)));
  });

  it('the log of the run before counts for a container that was started again', async () => {
    const outcome = start(
      helm(() => {
        cluster.pods = [aPod({ status: { state: running, lastState: ended(1), restartCount: 2 } })];
        cluster.logs = 'starting\n';
        cluster.previous = 'TypeError: no\n    at main.js:1:1\n';
      }),
    );
    await assert.rejects(outcome, /ended with 1: TypeError: no$/);
    assert.equal(kept()['galley-7c9d-x2x4p.galley.previous.log'], 'TypeError: no\n    at main.js:1:1\n');
  });

  it('the pods of the release before are not judged, nor what was there before', async () => {
    const old = aPod({ name: 'galley-old-1', template: 'old', status: { state: running, ready: true } });
    cluster.pods = [old, aPod({ name: 'galley-broken', template: 'odd', status: crash })];
    cluster.events = [
      anEvent('FailedCreate', 'exceeded quota', { kind: 'ReplicaSet', of: 'galley-odd', uid: 'odd' }),
    ];
    await start(async () => {
      cluster.pods.push(aPod({ name: 'galley-old-2', template: 'old', status: crash }));
      await delay(50);
    });
    assert.deepEqual(said, []);
    assert.equal(existsSync(folder), false);
  });

  it('a pod that is added to an older template, or that nobody of the release made, is not judged', async () => {
    const old = aPod({ name: 'galley-old-1', template: 'old', status: crash });
    cluster.pods = [old];
    await start(async () => {
      const stray = aPod({ name: 'debug', status: crash });
      delete stray.metadata.ownerReferences;
      cluster.pods = [aPod({ name: 'galley-old-2', template: 'old', status: crash }), stray];
      cluster.pods.push(aPod({ name: 'galley-odd-1', template: 'odd', status: crash }));
      await delay(50);
    });
    assert.deepEqual(said, []);
  });

  const noPodOf = (template: string) => () => {
    const set = { kind: 'ReplicaSet', of: `galley-${template}`, uid: `owner-${template}` };
    cluster.events = [anEvent('FailedCreate', 'Error creating: exceeded quota', set)];
  };

  it('a template for which the cluster creates no pod is explained if it is the new one', async () => {
    const fails = (template: string) => start(helm(noPodOf(template), { timeoutMs: 60 }));
    await assert.rejects(fails('7c9d'), /create a pod of the ReplicaSet galley-7c9d: exceeded quota/);
    await assert.rejects(fails('old'), /^Error: helm upgrade failed \(1\)$/);
  });

  it('the same release is judged again, although its last pods are still being deleted', async () => {
    cluster.sets = [aReplicaSet('7c9d', 2), aReplicaSet('old', 3)];
    cluster.pods = [aPod({ name: 'galley-7c9d-first', status: crash, deleted: true })];
    const outcome = start(helm(() => cluster.pods.push(aPod({ name: 'galley-7c9d-second', status: crash }))));
    await assert.rejects(outcome, /The new pod galley-7c9d-second ended with 78/);
  });

  it('a pod that the rollback deletes keeps the cause from before', async () => {
    const outcome = start(
      helm(
        () => {
          cluster.pods = [aPod({ status: { state: running, lastState: ended(3), restartCount: 1 } })];
          cluster.previous = 'no disk\n';
          setTimeout(() => {
            cluster.pods = [aPod({ status: { state: ended(143), restartCount: 1 }, deleted: true })];
          }, 40);
        },
        { timeoutMs: 100 },
      ),
    );
    await assert.rejects(outcome, /ended with 3: no disk$/);
  });

  it('a pod that never gets ready is explained by what its probe is told', async () => {
    const body = JSON.stringify({
      status: 'error',
      error: { database: { status: 'down', message: 'does not respond' } },
    });
    const outcome = start(
      helm(
        () => {
          cluster.pods = [aPod({ status: { state: running } })];
          cluster.events = [
            anEvent('Unhealthy', 'Readiness probe failed: HTTP probe failed with statuscode: 503'),
          ];
          cluster.health = JSON.stringify({ status: 503, body });
        },
        { timeoutMs: 100 },
      ),
    );
    await assert.rejects(
      outcome,
      /runs and did not become ready: \/health\/ready returned 503: database is down \(does not respond\)\. Read its log/,
    );
  });

  it('or by the event, if the pod cannot be asked', async () => {
    const outcome = start(
      helm(
        () => {
          cluster.pods = [aPod({ status: { state: running } })];
          cluster.events = [anEvent('Unhealthy', 'Readiness probe failed: connection refused')];
          cluster.health = 'no such program';
        },
        { timeoutMs: 60 },
      ),
    );
    await assert.rejects(outcome, /did not become ready: Readiness probe failed: connection refused\./);
  });

  it('a crash explains more than another pod that is not ready yet', async () => {
    const outcome = start(
      helm(
        () => {
          cluster.pods = [
            aPod({ name: 'galley-1', status: { state: running } }),
            aPod({ name: 'galley-2', status: { state: ended(1) } }),
          ];
        },
        { timeoutMs: 60 },
      ),
    );
    await assert.rejects(outcome, /galley-2 ended with 1/);
  });

  it('a migration that fails is explained, although Helm ends first', async () => {
    const outcome = start(() => {
      cluster.pods = [
        aPod({
          name: 'galley-migrate-1',
          component: 'migrate',
          phase: 'Failed',
          status: { state: ended(1) },
        }),
      ];
      cluster.logs = '{"level":"fatal","msg":"The table posts is locked"}\n';
      return Promise.reject(new HelmFailed('helm upgrade failed (1)'));
    });
    await assert.rejects(outcome, /The migration galley-migrate-1 ended with 1: The table posts is locked$/);
  });

  it('a pod that fits on no node ends it after the grace time', async () => {
    const conditions = [
      { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/1 nodes are available' },
    ];
    const outcome = start(
      helm(() => (cluster.pods = [aPod({ phase: 'Pending', conditions, status: {} })])),
      0.05,
    );
    await assert.rejects(outcome, /fits on no node: 0\/1 nodes are available\. Add a node/);
  });

  it('secrets are in no file and no message', async () => {
    const outcome = start(
      helm(() => {
        cluster.pods = [aPod({ status: crash })];
        cluster.logs = 'Error: cannot connect to postgres://galley_app:s3cr3t-word@db/galley\n';
        cluster.events = [anEvent('Failed', 'DATABASE_PASSWORD=s3cr3t-word')];
      }),
    );
    await assert.rejects(
      outcome,
      /ended with 78: Error: cannot connect to postgres:\/\/galley_app:\*\*\*@db/,
    );
    assert.doesNotMatch(JSON.stringify([kept(), said]), /s3cr3t-word/);
  });
});

describe('a report that cannot be written', () => {
  /** A file is in the place of the folder, so that nobody can write into it, not even root. */
  const block = () => {
    rmSync(folder, { recursive: true, force: true });
    writeFileSync(folder, '');
  };

  it('does not keep Helm from being ended, and the cause stays the error', async () => {
    let wasEnded = false;
    const outcome = start(async (end) => {
      block();
      cluster.pods = [aPod({ status: crash })];
      cluster.logs = 'Error: no disk\n';
      await helm(() => undefined)(end).finally(() => (wasEnded = end.aborted));
    });
    await assert.rejects(outcome, { message: 'The new pod galley-7c9d-x2x4p ended with 78: Error: no disk' });
    assert.equal(wasEnded, true);
    assert.ok(
      said.some((line) => /^cannot write .*: E(EXIST|NOTDIR)/.test(line)),
      said.join('\n'),
    );
    assert.equal(
      said.some((line) => /are in /.test(line)),
      false,
    );
  });

  it('does not replace the error that Helm found first', async () => {
    const outcome = start(() => {
      block();
      cluster.pods = [aPod({ name: 'galley-migrate-1', component: 'migrate', status: { state: ended(1) } })];
      return Promise.reject(new HelmFailed('helm upgrade failed (1)'));
    });
    await assert.rejects(outcome, /The migration galley-migrate-1 ended with 1/);
  });
});

describe('the error of Helm', () => {
  it('stays if no pod explains it', async () => {
    await assert.rejects(start(helm(() => undefined, { timeoutMs: 30 })), /helm upgrade failed \(1\)/);
    assert.equal(existsSync(folder), false);
  });

  it('stays if somebody has interrupted it', async () => {
    const outcome = start(async () => {
      cluster.pods = [aPod({ status: crash })];
      await Promise.resolve();
      throw new Refusal('helm upgrade was interrupted by SIGTERM');
    });
    await assert.rejects(outcome, /interrupted by SIGTERM/);
  });

  it('stays if the cluster does not answer, and the next look counts again', async () => {
    const outcome = start(
      helm(() => {
        cluster.broken = true;
        setTimeout(() => {
          cluster.broken = false;
          cluster.pods = [aPod({ status: crash })];
        }, 30);
      }),
    );
    await assert.rejects(outcome, /ended with 78/);
  });
});

it('an old cause does not stay for a new deploy', async () => {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'cause.txt'), 'old');
  await start(() => Promise.resolve());
  assert.equal(existsSync(folder), false);
});
