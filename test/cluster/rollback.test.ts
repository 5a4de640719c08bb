import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { Artifact } from '../../scripts/release/evidence.ts';
import type { Pod } from '../../scripts/release/kubernetes.ts';
import { type Made, Stage, type Started } from './support.ts';

let stage: Stage;
before(async () => {
  stage = await Stage.open();
});
after(() => stage.close());

async function ends(code: number, started: Started, says: RegExp): Promise<void> {
  const { code: found, said } = await started.done;
  assert.equal(found, code, said);
  assert.match(said, says);
}

const isReady = ({ status }: Pod) => Boolean(status.containerStatuses?.every(({ ready }) => ready));

const rollback = (...args: string[]) => stage.start('rollback', ['staging', ...args]);

describe('scripts/rollback', { concurrency: false }, () => {
  it('goes back to the release before, and then to the one before that', async () => {
    const one = await stage.release({ pipeline: 1, chart: { newestMigration: 'AddFirst1795132800000' } });
    for (const pipeline of [2, 3]) {
      const next = pipeline === 3 ? { FLOOR: 'AddSecond1795219200000' } : {};
      const chart = { newestMigration: 'AddSecond1795219200000', env: { NUMBER: String(pipeline), ...next } };
      if (pipeline === 2) await ends(0, stage.deploy('staging', one), /revision 1/);
      await ends(
        0,
        stage.deploy('staging', await stage.release({ pipeline, image: one.image, chart })),
        new RegExp(`revision ${pipeline}`),
      );
    }
    const since = performance.now();
    await ends(0, rollback(), /returning to revision 2, .*pipeline 2[^]*as revision 4/);
    console.log(`# rollback: ${Math.round((performance.now() - since) / 1000)} s`);
    await ends(0, rollback(), /returning to revision 1, .*pipeline 1/);
  });

  it('does not cross the floor that the database has, and says what to do instead', async () => {
    await ends(0, rollback('--revision', '3'), /returning to revision 3/);
    await ends(
      1,
      rollback('--revision', '1'),
      /revision 1 .*knows migrations up to AddFirst1795132800000, and the database needs code that knows AddSecond1795219200000.*roll forward.*restore the backup/,
    );
    assert.match((await stage.history('staging')).at(-1) ?? '', /^6 deployed$/);
    await ends(0, rollback('--revision', '2'), /as revision 7/);
  });

  it('a deploy of code below the floor is refused before anything changes', async () => {
    await ends(0, rollback('--revision', '3'), /as revision 8/);
    const old = await stage.release({ pipeline: 4, chart: { newestMigration: 'AddFirst1795132800000' } });
    await ends(1, stage.deploy('staging', old), /the database needs code that knows AddSecond1795219200000/);
    assert.match((await stage.history('staging')).at(-1) ?? '', /^8 deployed$/);
  });

  it('refuses a revision that is not there, or that failed', async () => {
    await ends(1, rollback('--revision', '99'), /staging has no revision 99; it has 1, 2/);
    const failing = await stage.release({ pipeline: 5, chart: { env: { MIGRATION: 'fails', FLOOR: '' } } });
    await ends(1, stage.deploy('staging', failing), /ended with 1: the migration fails/);
    await ends(1, rollback('--revision', '9'), /revision 9 of staging failed when it was deployed/);
  });
});

describe('scripts/rollback --now', { concurrency: false }, () => {
  let here: Stage;
  before(async () => {
    here = await Stage.open();
  });
  after(() => here.close());

  const last = async () => (await here.history('staging')).at(-1) ?? '';

  it('ends a deploy in progress, comes before a deploy that waits, and does nothing more', async () => {
    const one = await here.release({ pipeline: 1 });
    await ends(0, here.deploy('staging', one), /revision 1/);
    const slow = { env: { MIGRATION_MS: '50000' } };
    const next = await here.release({ pipeline: 2, image: one.image, chart: slow });
    const deploy = here.deploy('staging', next);
    while ((await last()) !== '2 pending-upgrade') await delay(200);
    const waits = here.deploy('staging', one);
    while (!/waiting for/.test(waits.said())) await delay(100);
    const since = performance.now();
    const button = here.start('rollback', ['staging', '--now']);
    await ends(0, button, /the deploy in progress was ended; staging runs revision 3/);
    console.log(
      `# rollback --now while a deploy is in progress: ${Math.round((performance.now() - since) / 1000)} s`,
    );
    await ends(1, deploy, /the deploy was ended by a rollback: .* at \d{4}-/);
    await ends(0, waits, /as revision 4/);
    assert.match((await here.history('staging')).join(), /2 failed,3 superseded,4 deployed$/);
  });

  it('goes back one revision if nothing is in progress', async () => {
    await ends(0, here.start('rollback', ['staging', '--now']), /as revision 5/);
  });

  it('restores what was deployed after an upgrade that failed half-way, in which Helm did not roll back', async () => {
    const halfDone = ['--reuse-values', '--set', 'ready=false', '--wait', '--timeout', '5s'];
    const { code } = await here.helm('staging', [
      'upgrade',
      'galley',
      'test/cluster/fixture/chart',
      ...halfDone,
    ]);
    assert.equal(code, 1);
    assert.match((await here.history('staging')).join(), /5 deployed,6 failed$/);
    await ends(0, here.start('rollback', ['staging', '--now']), /returning to revision 5, [^]*as revision 7/);
    const pods = await here.kubectl('staging').list('pods', { 'app.kubernetes.io/component': 'api' });
    const running = pods.filter(({ metadata }) => !metadata.deletionTimestamp);
    assert.deepEqual(running.map(isReady), [true]);
  });
});

describe('what was rolled back', { concurrency: false }, () => {
  let here: Stage;
  let image: Artifact | undefined;
  before(async () => {
    here = await Stage.open();
  });
  after(() => here.close());

  async function aRelease(pipeline: number, env: Record<string, string> = {}): Promise<Made> {
    const chart = { env: { NUMBER: String(pipeline), ...env } };
    const release = await here.release({ pipeline, image, chart });
    image = release.image; // The chart version distinguishes them.
    return release;
  }

  const verify = (release: Made) => here.start('verify', ['staging', '--release', release.path]);

  async function deployed(pipeline: number, env?: Record<string, string>): Promise<Made> {
    const release = await aRelease(pipeline, env);
    await ends(0, here.deploy('staging', release), /staging runs/);
    return release;
  }

  async function passed(pipeline: number): Promise<Made> {
    const release = await deployed(pipeline);
    await ends(0, verify(release), /has passed staging/);
    return release;
  }

  async function numberThatRuns(): Promise<string | undefined> {
    const deployment = await here.kubectl('staging').get('deployment', 'galley');
    const [container] = deployment?.spec.template.spec.containers ?? [];
    return container?.env?.find(({ name }) => name === 'NUMBER')?.value;
  }

  it('does not come back when the next release fails its verification', async () => {
    await passed(1);
    await passed(2);
    await ends(0, here.start('rollback', ['staging']), /returning to revision 1, .*pipeline 1/);
    const bad = await deployed(3, { BROKEN: 'true' });
    await ends(1, verify(bad), /smoke failed in staging[^]*returning to galley-0\.0\.1-1\./);
    assert.equal(await numberThatRuns(), '1');
  });

  it('does not come back by a rollback of Helm alone either', async () => {
    await passed(4);
    await here.helm('staging', ['rollback', 'galley', '1', '--wait']);
    const bad = await deployed(5, { BROKEN: 'true' });
    await ends(1, verify(bad), /returning to galley-0\.0\.1-1\./);
    assert.equal(await numberThatRuns(), '1');
  });

  it('a rollback makes nothing good that never passed, neither to go back to nor for production', async () => {
    const untested = await deployed(6);
    const [revision = ''] = (await here.history('staging')).at(-1)?.split(' ') ?? [];
    await passed(7);
    await ends(0, here.start('rollback', ['staging', '--revision', revision]), /pipeline 6/);
    await ends(
      1,
      here.deploy('production', untested),
      /staging-passed evidence does not cover this release, because the chart digest[^]*pipeline 7 has passed staging since/,
    );
    const bad = await deployed(8, { BROKEN: 'true' });
    await ends(1, verify(bad), /returning to galley-0\.0\.1-1\./);
    assert.equal(await numberThatRuns(), '1');
  });

  it('while it was being verified has not passed', async () => {
    const release = await deployed(9);
    const verifying = verify(release);
    while (!/smoke: ok/.test(verifying.said())) await delay(100);
    await ends(0, here.start('rollback', ['staging']), /returning to revision/);
    await ends(1, verifying, /staging now runs revision \d+/);
    const verified = await here.kubectl('staging').get('configmap', 'galley-verified');
    assert.equal(verified?.data.pipeline, '7');
  });

  it('does not lock out the next commit that is good', async () => {
    const release = await passed(10);
    await ends(0, here.deploy('production', release), /production runs/);
  });
});
