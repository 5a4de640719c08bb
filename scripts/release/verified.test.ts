import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { aRelease } from './test-releases.ts';
import type { Call } from './kubectl.ts';
import type { ConfigMap } from './kubernetes.ts';
import { addPassed, readVerified, type VerifiedCluster, writeVerified } from './verified.ts';

/** A cluster with at most one ConfigMap, which rejects a write that is not based on the last version. */
class ACluster implements VerifiedCluster {
  map: ConfigMap | undefined;
  writes = 0;

  get(): Promise<ConfigMap | undefined> {
    return Promise.resolve(this.map);
  }

  do(wanted: string, _args: string[], { input = '' }: Call): Promise<void> {
    const { metadata, data } = JSON.parse(input) as ConfigMap;
    if (metadata.resourceVersion !== this.map?.metadata.resourceVersion)
      return Promise.reject(new Error(`${wanted}: modified`));
    this.map = { metadata: { resourceVersion: String(++this.writes) }, data };
    return Promise.resolve();
  }
}

describe('what has passed', () => {
  let cluster: ACluster;
  beforeEach(() => (cluster = new ACluster()));
  const known = async () => {
    const verified = await readVerified(cluster);
    assert.ok(verified);
    return verified;
  };
  const pass = (pipeline: number, revision: number) =>
    writeVerified(cluster, aRelease({ pipeline }), { revision, chart: `galley-${pipeline}` });

  it('is nothing at first', async () => {
    assert.equal(await readVerified(cluster), undefined);
  });

  it('is told by its release, its revision and those before it', async () => {
    await pass(7, 1);
    await pass(8, 3);
    const { version, pipeline, revision, passed } = await known();
    assert.deepEqual([version, pipeline, revision], ['1.2.0-8.gabcdef01', 8, 3]);
    assert.deepEqual(passed, [
      { revision: 3, chart: 'galley-8' },
      { revision: 1, chart: 'galley-7' },
    ]);
  });

  it('an older pipeline that passes does not hide that a newer one has', async () => {
    await pass(11, 1);
    await pass(10, 2);
    const { pipeline, newestPipeline } = await known();
    assert.deepEqual([pipeline, newestPipeline], [10, 11]);
  });

  it('a return to what passed is one more revision of it, and no other release', async () => {
    await pass(7, 1);
    const { passed: _before, ...release } = await known();
    await addPassed(cluster, { revision: 3, chart: 'galley-7' });
    const { passed, ...same } = await known();
    assert.deepEqual(same, release);
    assert.deepEqual(
      passed.map(({ revision }) => revision),
      [3, 1],
    );
  });

  it('is as long as the history of Helm', async () => {
    for (let n = 1; n <= 22; n++) await pass(n, n);
    const { passed } = await known();
    assert.deepEqual([passed.length, passed[0]?.revision, passed.at(-1)?.revision], [20, 22, 3]);
  });

  it('is not overwritten by one that has not seen it', async () => {
    await pass(7, 1);
    const seen = cluster.map;
    await pass(8, 2);
    cluster.get = () => Promise.resolve(seen);
    await assert.rejects(pass(6, 3), /cannot write galley-verified: modified/);
  });

  it('was written without its revisions once', async () => {
    await pass(7, 1);
    for (const key of ['passed', 'newestPipeline']) delete cluster.map?.data[key];
    const { newestPipeline, passed } = await known();
    assert.deepEqual([newestPipeline, passed], [7, []]);
  });
});
