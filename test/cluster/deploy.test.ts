import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { HelmRevision } from '../../scripts/release/helm.ts';
import { type Environment, type Made, Stage, type Started } from './support.ts';

let stage: Stage;
let good: Made;
before(async () => {
  stage = await Stage.open();
  good = await stage.release();
});
after(() => stage.close());

const slow = { env: { MIGRATION_MS: '40000' } };

async function until(holds: () => Promise<boolean> | boolean, what: string, seconds = 60): Promise<void> {
  const deadline = performance.now() + seconds * 1000;
  while (!(await holds())) {
    assert.ok(performance.now() < deadline, `waited ${seconds} s in vain: ${what}`);
    await delay(200);
  }
}

const last = async (environment: Environment = 'staging') => (await stage.history(environment)).at(-1) ?? '';

/** Tells whether Helm is running in the namespace of the test. */
function helmRuns(): boolean {
  const commands = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((id) => {
      try {
        return readFileSync(`/proc/${id}/cmdline`, 'utf8').split('\0');
      } catch {
        return [];
      }
    });
  return commands.some(
    ([program = '', ...args]) => /helm$/.test(program) && args.includes(stage.namespaces.staging),
  );
}

async function succeeds(deploy: Started): Promise<string> {
  const { code, said } = await deploy.done;
  assert.equal(code, 0, said);
  return said;
}

async function fails(deploy: Started, why: RegExp): Promise<string> {
  const { code, said } = await deploy.done;
  assert.equal(code, 1, said);
  assert.match(said, why);
  return said;
}

describe('scripts/deploy', { concurrency: false }, () => {
  it('a first install that was killed is uninstalled by the next deploy, which succeeds', async () => {
    const release = await stage.release({ pipeline: 1, image: good.image, chart: slow });
    const deploy = stage.deploy('staging', release);
    await until(async () => (await last()) === '1 pending-install', 'pending-install');
    deploy.child.kill('SIGKILL');
    await deploy.done;
    await until(() => !helmRuns(), 'Helm ends with its script', 5);
    const since = performance.now();
    const said = await succeeds(stage.deploy('staging', good));
    console.log(`# next deploy after a killed install: ${Math.round((performance.now() - since) / 1000)} s`);
    assert.match(said, /is pending-install and was never deployed, so it is uninstalled/);
    assert.equal(await last(), '1 deployed');
  });

  it('says what changes, and that nothing does', async () => {
    assert.match(await succeeds(stage.deploy('staging', good)), /nothing changes except the revision/);
    const next = await stage.release({ pipeline: 2, image: good.image, chart: { env: { COLOUR: 'green' } } });
    const said = await succeeds(stage.deploy('staging', next));
    assert.match(said, /^\+ +- name: COLOUR\n|^\+.*COLOUR.*green/m);
    assert.equal(await last(), '3 deployed');
  });

  it('two deploys at once come one after the other', async () => {
    const [one, other] = [stage.deploy('staging', good), stage.deploy('staging', good)];
    const words = [await succeeds(one), await succeeds(other)].join('');
    assert.match(words, /waiting for .*, who holds the lease galley/);
    assert.equal(await last(), '5 deployed');
  });

  it('SIGTERM makes Helm roll back, and the next deploy need not wait', async () => {
    const release = await stage.release({ pipeline: 3, image: good.image, chart: slow });
    const deploy = stage.deploy('staging', release);
    await until(async () => (await last()) === '6 pending-upgrade', 'pending-upgrade');
    deploy.child.kill('SIGTERM');
    await fails(deploy, /SIGTERM: forwarded to helm[^]*interrupted by SIGTERM/);
    assert.match(await last(), /^7 deployed$/);
    const since = performance.now();
    const said = await succeeds(stage.deploy('staging', good));
    console.log(`# next deploy after SIGTERM: ${Math.round((performance.now() - since) / 1000)} s`);
    assert.doesNotMatch(said, /waiting for/);
  });

  it('SIGKILL leaves pending-upgrade and no Helm; the next deploy waits for the lease, goes back and succeeds', async () => {
    const release = await stage.release({ pipeline: 4, image: good.image, chart: slow });
    const deploy = stage.deploy('staging', release);
    await until(async () => /pending-upgrade$/.test(await last()), 'pending-upgrade');
    deploy.child.kill('SIGKILL');
    await deploy.done;
    await until(() => !helmRuns(), 'Helm ends with its script', 5);
    assert.match(await last(), /pending-upgrade$/);
    const since = performance.now();
    const said = await succeeds(stage.deploy('staging', good));
    console.log(`# next deploy after SIGKILL: ${Math.round((performance.now() - since) / 1000)} s`);
    assert.match(said, /waiting for/);
    assert.match(said, /is pending-upgrade because a deploy was killed, so it first returns to revision \d+/);
    assert.match(await last(), /deployed$/);
  });

  it('a migration that fails leaves the pods alone, and its log', async () => {
    const before = await stage.kubectl('staging').list('pods', { 'app.kubernetes.io/component': 'api' });
    const release = await stage.release({
      pipeline: 5,
      image: good.image,
      chart: { env: { MIGRATION: 'fails' } },
    });
    await fails(
      stage.deploy('staging', release),
      /The migration galley-migrate-\S+ ended with 1: the migration fails$/m,
    );
    const pods = await stage.kubectl('staging').list('pods', { 'app.kubernetes.io/component': 'api' });
    assert.deepEqual(
      pods.map(({ metadata }) => metadata.uid),
      before.map(({ metadata }) => metadata.uid),
    );
    assert.equal((await stage.kubectl('staging').get('job', 'galley-migrate'))?.status?.failed, 1);
  });

  it('an image that never gets ready is rolled back, and the release before it serves', async () => {
    const release = await stage.release({ pipeline: 6, image: good.image, chart: { ready: false } });
    await fails(
      stage.deploy('staging', release, ['--timeout', '40s']),
      /runs and did not become ready: \/never returned 503/,
    );
    assert.match(await last(), /deployed$/);
    const deployment = await stage.kubectl('staging').get('deployment', 'galley');
    assert.equal(deployment?.status.readyReplicas, 1);
  });

  it('scripts/report keeps what an operator asks for', async () => {
    await succeeds(stage.start('report', ['staging']));
    const files = readdirSync(`${stage.folder}/reports/staging`);
    for (const file of [
      'history.txt',
      'lease.yaml',
      'workloads.txt',
      'events.txt',
      'migration.log',
      'pods.log',
    ])
      assert.ok(files.includes(file), file);
    assert.match(
      readFileSync(`${stage.folder}/reports/staging/history.txt`, 'utf8'),
      /0\.0\.1-1\.g\w+, pipeline 1/,
    );
    const { stdout } = await stage.helm('staging', ['list', '-o', 'json']);
    const [{ chart, revision }] = JSON.parse(stdout) as [HelmRevision];
    assert.match(chart, /^galley-0\.0\.1-\d+\.g\w+$/);
    assert.equal(
      readFileSync(`${stage.folder}/reports/staging/running.txt`, 'utf8'),
      `${chart}, revision ${revision}\n`,
    );
  });
});

describe('scripts/deploy refuses', { concurrency: false }, () => {
  it('an unsigned image', async () => {
    const release = await stage.release({ pipeline: 7, signed: false });
    await fails(stage.deploy('staging', release), /the image \S+ is not signed with the key of this project/);
  });

  it('an image that another key has signed', async () => {
    const theirs = await Stage.open();
    try {
      const release = await theirs.release();
      await fails(stage.deploy('staging', { path: `${release.path}` }), /does not match its signature/);
      const forged = `${stage.folder}/forged.json`;
      writeFileSync(forged, readFileSync(release.path));
      await stage.signPath(forged);
      await fails(
        stage.deploy('staging', { path: forged }),
        /the image \S+ is not signed with the key of this project/,
      );
    } finally {
      await theirs.close();
    }
  });

  it('a release.json that was changed after it was signed', async () => {
    const release = await stage.release({ pipeline: 8, image: good.image });
    writeFileSync(release.path, readFileSync(release.path, 'utf8').replace('"pipeline":8', '"pipeline":9'));
    await fails(stage.deploy('staging', release), /does not match its signature/);
  });

  it('a release.json of an image and a chart that were never attested together', async () => {
    const one = await stage.release({ pipeline: 9, image: good.image });
    const path = `${stage.folder}/mixed.json`;
    writeFileSync(path, JSON.stringify({ ...one, image: (await stage.release({ pipeline: 10 })).image }));
    await stage.signPath(path);
    await fails(
      stage.deploy('staging', { path }),
      /the release evidence does not cover this release, because the chart digest/,
    );
  });

  it('an image digest in the job that is not the one of the release', async () => {
    const env = { IMAGE_DIGEST: `sha256:${'0'.repeat(64)}` };
    await fails(stage.deploy('staging', good, [], { env }), /IMAGE_DIGEST is sha256:0+, but \S+ contains/);
  });
});
