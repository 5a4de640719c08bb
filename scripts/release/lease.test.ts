import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { Answer, Call } from './kubectl.ts';
import type { LeaseObject } from './kubernetes.ts';
import { Lease, type LeaseCluster } from './lease.ts';

/** A Lease in memory with the responses of the API server to concurrent writers. test/cluster uses a real one. */
class FakeKubectl implements LeaseCluster {
  lease: LeaseObject | undefined;
  broken = false;

  get(): Promise<LeaseObject | undefined> {
    if (this.broken) return Promise.reject(new Error('no answer'));
    return Promise.resolve(structuredClone(this.lease));
  }

  try([verb]: string[], { input = '' }: Call): Promise<Pick<Answer, 'ok' | 'reason' | 'stderr'>> {
    return Promise.resolve(this.write(verb, JSON.parse(input) as LeaseObject));
  }

  private write(verb: string | undefined, wanted: LeaseObject) {
    if (this.broken) return { ok: false, reason: undefined, stderr: 'no answer' };
    if (verb === 'create' && this.lease) return { ok: false, reason: 'AlreadyExists', stderr: '' };
    if (verb === 'replace' && wanted.metadata.resourceVersion !== this.lease?.metadata.resourceVersion)
      return { ok: false, reason: 'Conflict', stderr: '' };
    wanted.metadata.resourceVersion = String(Number(this.lease?.metadata.resourceVersion ?? 0) + 1);
    this.lease = wanted;
    return { ok: true, reason: undefined, stderr: '' };
  }
}

const times = { life: 2, renew: 0.05, safe: 1.5, poll: 0.02 };
const quiet = () => undefined;
const aborted = ({ lost: { signal } }: Lease) => signal.aborted || once(signal, 'abort');
const aLease = (kubectl: FakeKubectl, holder: string) => new Lease(kubectl, 'galley', holder, quiet, times);

describe('the lease of a release', () => {
  it('is had by one, and by the next as soon as it is let go', async () => {
    const kubectl = new FakeKubectl();
    const [one, other] = [aLease(kubectl, 'one'), aLease(kubectl, 'other')];
    await one.acquire(1);
    const waiting = other.acquire(5);
    await delay(200);
    assert.equal(kubectl.lease?.spec?.holderIdentity, 'one');
    await one.release();
    await waiting;
    assert.equal(kubectl.lease?.spec?.holderIdentity, 'other');
    await other.release();
    assert.equal(kubectl.lease?.spec?.holderIdentity, '');
  });

  it('is not taken while it is renewed, however long that takes, and the one who waits gives up by name', async () => {
    const kubectl = new FakeKubectl();
    const one = aLease(kubectl, 'job 7');
    await one.acquire(1);
    await assert.rejects(aLease(kubectl, 'other').acquire(1), /job 7 still holds the lease galley after 1 s/);
    await one.release();
  });

  it('is free when its holder was killed, after its life and not before', async () => {
    const kubectl = new FakeKubectl();
    kubectl.lease = {
      metadata: { resourceVersion: '5' },
      spec: { holderIdentity: 'killed', renewTime: 'then' },
    };
    const since = performance.now();
    const next = aLease(kubectl, 'next');
    await next.acquire(5);
    assert.ok(performance.now() - since >= times.life * 1000);
    await next.release();
  });

  it('is lost when somebody else took it, and then is not let go for them', async () => {
    const kubectl = new FakeKubectl();
    const one = aLease(kubectl, 'one');
    await one.acquire(1);
    kubectl.lease = { metadata: { resourceVersion: '99' }, spec: { holderIdentity: 'thief' } };
    await aborted(one);
    await one.release();
    assert.equal(kubectl.lease?.spec?.holderIdentity, 'thief');
  });

  it('is given up by a holder who is asked, to the one who asked, before anybody who waited longer', async () => {
    const kubectl = new FakeKubectl();
    const [one, waiting, urgent] = ['one', 'waiting', 'urgent'].map((holder) => aLease(kubectl, holder));
    assert.ok(one && waiting && urgent);
    await one.acquire(1);
    const later = waiting.acquire(10);
    await delay(50);
    const sooner = urgent.acquire(10, { urgent: true });
    await once(one.asked.signal, 'abort');
    assert.match(String(one.asked.signal.reason), /^urgent at \d{4}-/);
    assert.equal(one.lost.signal.aborted, false);
    await one.release();
    await sooner;
    assert.equal(kubectl.lease?.spec?.holderIdentity, 'urgent');
    assert.equal(urgent.asked.signal.aborted, false);
    await urgent.release();
    await later;
    assert.equal(kubectl.lease?.spec?.holderIdentity, 'waiting');
    await waiting.release();
  });

  it('is not held back for one who asked and was killed', async () => {
    const kubectl = new FakeKubectl();
    kubectl.lease = {
      metadata: { resourceVersion: '5', annotations: { 'galley/asked-to-stop-by': 'killed' } },
      spec: { holderIdentity: '', renewTime: 'then' },
    };
    const since = performance.now();
    const next = aLease(kubectl, 'next');
    await next.acquire(5);
    assert.ok(performance.now() - since >= times.life * 1000);
    assert.equal(kubectl.lease?.metadata.annotations, undefined);
    await next.release();
  });

  it('is lost before its life ends when the cluster does not answer', async () => {
    const kubectl = new FakeKubectl();
    const one = aLease(kubectl, 'one');
    await one.acquire(1);
    kubectl.broken = true;
    await aborted(one);
    await one.release();
  });
});
