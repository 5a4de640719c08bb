import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { type Environment, type Made, Stage, type Started } from './support.ts';

let stage: Stage;
let first: Made;
before(async () => {
  stage = await Stage.open();
  first = await stage.release({ pipeline: 1 });
});
after(() => stage.close());

const verify = (environment: Environment, release: Pick<Made, 'path'>, args: string[] = []) =>
  stage.start('verify', [environment, '--release', release.path, ...args], { environment });

async function ends(code: number, started: Started, says?: RegExp): Promise<string> {
  const { code: found, said } = await started.done;
  assert.equal(found, code, said);
  if (says) assert.match(said, says);
  return said;
}

async function passStaging(release: Pick<Made, 'path'>): Promise<void> {
  await ends(0, stage.deploy('staging', release));
  await ends(0, verify('staging', release), /has passed staging/);
}

async function digestIn(environment: Environment): Promise<string | undefined> {
  const deployment = await stage.kubectl(environment).get('deployment', 'galley');
  return deployment?.spec.template.spec.containers[0]?.image.split('@')[1];
}

describe('the way to production', { concurrency: false }, () => {
  it('is closed before staging has passed: a failed or missing verification', async () => {
    await ends(0, stage.deploy('staging', first));
    await ends(
      1,
      stage.deploy('production', first),
      /has no staging-passed evidence; verify:staging must pass/,
    );
    assert.deepEqual(await stage.history('production'), []);
  });

  it('is open for what staging has proved, and the digest is the same in both', async () => {
    await ends(0, verify('staging', first), /helm test: ok[^]*smoke: ok[^]*load: ok[^]*has passed staging/);
    await ends(0, stage.deploy('production', first));
    assert.equal(await digestIn('production'), await digestIn('staging'));
    assert.equal(await digestIn('production'), first.image.digest);
    await ends(0, verify('production', first, ['--seconds', '20']), /watch: ok[^]*has passed production/);
  });

  it('is closed for another chart with the same image', async () => {
    const other = await stage.release({ pipeline: 1, image: first.image, chart: { env: { COLOUR: 'red' } } });
    await ends(
      1,
      stage.deploy('production', other),
      /staging-passed evidence does not cover this release, because the chart digest is different/,
    );
  });

  it('is closed for other common values, written before the build or after it', async () => {
    const common = `${stage.folder}/values/common.yaml`;
    const kept = readFileSync(common, 'utf8');
    const other = await stage.release({ pipeline: 1, image: first.image, values: 'env: { COLOUR: blue }\n' });
    await ends(
      1,
      stage.deploy('production', other),
      /does not cover this release, because .*the hash of values\/common\.yaml/,
    );
    await ends(
      1,
      stage.deploy('production', first),
      /values\/common\.yaml here \S+ is not that of the release/,
    );
    await ends(1, stage.deploy('staging', first), /values\/common\.yaml here \S+ is not that of the release/);
    writeFileSync(common, kept);
  });

  it('is closed while staging runs another digest', async () => {
    const next = await stage.release({ pipeline: 2 });
    await ends(0, stage.deploy('staging', next));
    await ends(
      1,
      stage.deploy('production', first),
      new RegExp(`staging runs ${next.image.digest}, not ${first.image.digest}`),
    );
  });

  it('is closed for an outdated pipeline, unless a reason is given and kept', async () => {
    const newer = await stage.release({ pipeline: 3 });
    await passStaging(newer);
    await ends(
      1,
      stage.deploy('production', first),
      /pipeline 3 has passed staging since then, and this is pipeline 1/,
    );
    await ends(
      0,
      stage.deploy('production', first, ['--allow-older', 'pipeline 3 loses mail']),
      /allowed although staging has a newer release/,
    );
    const { stdout } = await stage.helm('production', ['history', 'galley']);
    assert.match(stdout, /older allowed: pipeline 3 loses mail/);
    await ends(0, stage.deploy('production', newer));
  });

  it('is not opened by an old pipeline that is run again in staging, whatever reason it has there', async () => {
    await ends(
      1,
      stage.deploy('staging', first),
      /cannot be deployed to staging: pipeline 3 has passed staging since then, and this is pipeline 1/,
    );
    const reason = ['--allow-older', 'a customer has to see it'];
    await ends(0, stage.deploy('staging', first, reason), /allowed although staging has a newer release/);
    const { stdout } = await stage.helm('staging', ['history', 'galley']);
    assert.match(stdout, /pipeline 1; older allowed: a customer has to see it/);
    await ends(0, verify('staging', first), /has passed staging/);
    await ends(
      1,
      stage.deploy('production', first),
      /pipeline 3 has passed staging since then, and this is pipeline 1/,
    );
    await passStaging({ path: stage.pathOf(3) });
  });

  it('a release that fails in staging makes way for the last that passed, which can still be deployed', async () => {
    const good = await digestIn('staging');
    const bad = await stage.release({ pipeline: 4, chart: { env: { BROKEN: 'true' } } });
    await ends(0, stage.deploy('staging', bad));
    await ends(
      1,
      verify('staging', bad),
      /smoke failed in staging: .*returning to \S+, the last release that passed[^]*staging runs \S+ again/,
    );
    assert.equal(await digestIn('staging'), good);
    await ends(
      1,
      stage.deploy('production', bad),
      /staging runs \S+, not \S+[^]*has no staging-passed evidence|has no staging-passed evidence[^]*staging runs/,
    );
    await ends(0, stage.deploy('production', { path: stage.pathOf(3) }));
  });

  it('a release that fails in production goes back to the last that passed there', async () => {
    await ends(0, verify('production', { path: stage.pathOf(3) }, ['--seconds', '5']));
    const bad = await stage.release({ pipeline: 5, chart: { env: { BROKEN: 'true' } } });
    await ends(0, stage.deploy('staging', bad));
    await stage.attestPassed(bad);
    await ends(0, stage.deploy('production', bad, ['--allow-older', 'as if staging had not seen it']));
    const since = performance.now();
    await ends(1, verify('production', bad), /smoke failed in production: [^]*production runs \S+ again/);
    console.log(
      `# verification failed and rolled back in ${Math.round((performance.now() - since) / 1000)} s`,
    );
    assert.notEqual(await digestIn('production'), bad.image.digest);
  });
});
