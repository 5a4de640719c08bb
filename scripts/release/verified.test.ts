import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { aRelease } from './test-releases.ts';
import { addPassed, readVerified, writeVerified } from './verified.ts';

/** A cluster with at most one ConfigMap, which refuses a write that has not seen the last. */
class ACluster {
  map;
  writes = 0;

  async get() {
    return this.map;
  }

  async do(wanted, _args, { input }) {
    const { metadata, data } = JSON.parse(input);
    if (metadata.resourceVersion !== this.map?.metadata.resourceVersion)
      throw new Error(`${wanted}: modified`);
    this.map = { metadata: { resourceVersion: String(++this.writes) }, data };
  }
}

describe('what has passed', () => {
  let cluster;
  beforeEach(() => (cluster = new ACluster()));
  const pass = (pipeline, revision) =>
    writeVerified(cluster, aRelease({ pipeline }), { revision, chart: `galley-${pipeline}` });

  it('is nothing at first', async () => {
    assert.equal(await readVerified(cluster), undefined);
  });

  it('is told by its release, its revision and those before it', async () => {
    await pass(7, 1);
    await pass(8, 3);
    const { version, pipeline, revision, passed } = await readVerified(cluster);
    assert.deepEqual([version, pipeline, revision], ['1.2.0-8.gabcdef01', 8, 3]);
    assert.deepEqual(passed, [
      { revision: 3, chart: 'galley-8' },
      { revision: 1, chart: 'galley-7' },
    ]);
  });

  it('an older pipeline that passes does not hide that a newer one has', async () => {
    await pass(11, 1);
    await pass(10, 2);
    const { pipeline, newestPipeline } = await readVerified(cluster);
    assert.deepEqual([pipeline, newestPipeline], [10, 11]);
  });

  it('a return to what passed is one more revision of it, and no other release', async () => {
    await pass(7, 1);
    const { passed: _before, ...release } = await readVerified(cluster);
    await addPassed(cluster, { revision: 3, chart: 'galley-7' });
    const { passed, ...same } = await readVerified(cluster);
    assert.deepEqual(same, release);
    assert.deepEqual(
      passed.map(({ revision }) => revision),
      [3, 1],
    );
  });

  it('is as long as the history of Helm', async () => {
    for (let n = 1; n <= 22; n++) await pass(n, n);
    const { passed } = await readVerified(cluster);
    assert.deepEqual([passed.length, passed[0].revision, passed.at(-1).revision], [20, 22, 3]);
  });

  it('is not overwritten by one that has not seen it', async () => {
    await pass(7, 1);
    const seen = cluster.map;
    await pass(8, 2);
    cluster.get = async () => seen;
    await assert.rejects(pass(6, 3), /cannot write galley-verified: modified/);
  });

  it('was written without its revisions once', async () => {
    await pass(7, 1);
    for (const key of ['passed', 'newestPipeline']) delete cluster.map.data[key];
    const { newestPipeline, passed } = await readVerified(cluster);
    assert.deepEqual([newestPipeline, passed], [7, []]);
  });
});
