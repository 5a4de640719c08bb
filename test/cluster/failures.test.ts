import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { ContainerStatus, Pod } from '../../scripts/release/kubernetes.ts';
import { type Made, Stage } from './support.ts';

let stage: Stage;
let good: Made;
let pipeline = 1;
before(async () => {
  stage = await Stage.open();
  good = await stage.release();
  const { code, said } = await stage.deploy('staging', good).done;
  assert.equal(code, 0, said);
});
after(() => stage.close());

const folder = () => `${stage.folder}/reports/staging/failure`;
const kept = (ending: string) => {
  const name = readdirSync(folder()).find((file) => file.endsWith(ending));
  return name ? readFileSync(`${folder()}/${name}`, 'utf8') : '';
};

/** Tells whether an operator could see the cause in the pods. */
const isVisible = ({ state, lastState }: ContainerStatus) =>
  Boolean(
    state?.terminated?.exitCode ??
    lastState?.terminated?.exitCode ??
    (/Err|BackOff|Invalid|Config/.test(state?.waiting?.reason ?? '') || undefined),
  );

const newPods = (pods: Pod[], old: string | undefined) =>
  pods.filter(
    ({ metadata }) => metadata.labels?.['app.kubernetes.io/component'] === 'api' && metadata.uid !== old,
  );

interface Outcome {
  /** The last line of the output. */
  last: string;
  said: string;
  /** From the moment at which the pods show the cause to the end of the command. */
  seconds: number;
}

/** Deploys a release that cannot work while readers use the release before it. None of their requests may fail. */
async function failing(chart: Record<string, unknown>, args: string[] = []): Promise<Outcome> {
  pipeline += 1;
  const release = await stage.release({ pipeline, image: good.image, chart });
  const kubectl = stage.kubectl('staging');
  const api = { 'app.kubernetes.io/component': 'api' };
  const [old] = await kubectl.list('pods', api);
  const service = await kubectl.get('service', 'galley');
  const url = `http://${service?.spec.clusterIP}/api/v1/posts`;
  const deploy = stage.deploy('staging', release, ['--timeout', '5m', ...args]);
  let ended = false;
  let visible: number | undefined;
  const lost: string[] = [];
  const [{ code, said }] = await Promise.all([
    deploy.done.finally(() => (ended = true)),
    (async () => {
      for (; !ended; await delay(100)) {
        const outcome = await fetch(url, { signal: AbortSignal.timeout(5000) }).then(
          ({ status }) => String(status),
          (error: Error) => error.message,
        );
        if (outcome !== '200') lost.push(outcome);
      }
    })(),
    (async () => {
      for (; !ended && visible === undefined; await delay(300)) {
        const pods = newPods(await kubectl.list('pods', api), old?.metadata.uid);
        if (pods.some(({ status }) => status.containerStatuses?.some(isVisible))) visible = performance.now();
      }
    })(),
  ]);
  const seconds = (performance.now() - (visible ?? performance.now())) / 1000;
  assert.equal(code, 1, said);
  assert.deepEqual(lost, []);
  const [now, ...more] = await kubectl.list('pods', api);
  assert.deepEqual(
    [now?.metadata.uid, more.filter(({ metadata }) => !metadata.deletionTimestamp)],
    [old?.metadata.uid, []],
  );
  assert.match((await stage.history('staging')).at(-1) ?? '', /deployed$/);
  console.log(`# ${JSON.stringify(chart)}: ended ${seconds.toFixed(1)} s after the cause was visible`);
  return { said, seconds, last: said.trim().split('\n').at(-1) ?? '' };
}

describe('a release that cannot work', { concurrency: false }, () => {
  it('because its settings are wrong ends with 78 and the setting', async () => {
    const { last, seconds } = await failing({ env: { CRASH: '78' } });
    assert.match(
      last,
      /^deploy: The new pod galley-\S+ ended with 78: JWT_SECRET must be at least 32 bytes$/,
    );
    assert.ok(seconds < 30, `${seconds} s`);
    assert.match(kept('.galley.log') + kept('.previous.log'), /Correct these settings/);
    assert.match(kept('.json'), /"exitCode": 78/);
    assert.match(kept('.events.txt'), /BackOff|Started/);
  });

  it('is the last line of the report, and a failure of JUnit', async () => {
    const { code, said } = await stage.start('report', ['staging']).done;
    assert.equal(code, 0, said);
    assert.match(
      said.trim().split('\n').at(-1) ?? '',
      /ended with 78: JWT_SECRET must be at least 32 bytes$/,
    );
    const junit = readFileSync(`${stage.folder}/reports/staging/deploy.xml`, 'utf8');
    assert.match(junit, /failures="1"[^]*ended with 78: JWT_SECRET must be/);
  });

  it('because it throws ends with the error', async () => {
    const { last, seconds } = await failing({ env: { CRASH: 'throws' } });
    assert.match(last, /ended with 1: TypeError: the release is broken$/);
    assert.ok(seconds < 30, `${seconds} s`);
  });

  it('because its image cannot be pulled names the image', async () => {
    const apiDigest = `sha256:${'0'.repeat(64)}`;
    const { last, seconds } = await failing({ apiDigest });
    assert.match(
      last,
      new RegExp(`cannot pull the image \\S+@${apiDigest}: .*not found.*image\\.pullSecrets`),
    );
    assert.ok(seconds < 30, `${seconds} s`);
  });

  it('because no node is large enough says so after the grace time', async () => {
    const { last } = await failing({ resources: { requests: { memory: '900Ti' } } }, ['--node-grace', '5s']);
    assert.match(last, /fits on no node: 0\/\d+ nodes are available: .*memory.*Add a node/);
  });

  it('because it never gets ready is explained by its readiness probe', async () => {
    const { last } = await failing({ ready: false }, ['--timeout', '25s']);
    assert.match(last, /did not become ready: \/never returned 503: database is down \(does not respond\)\./);
  });

  it('because its migration fails keeps the log of the migration', async () => {
    const { last } = await failing({ env: { MIGRATION: 'fails' } });
    assert.match(last, /^deploy: The migration galley-migrate-\S+ ended with 1: the migration fails$/);
  });

  it('does not hinder the next one, and its cause is forgotten', async () => {
    const { code, said } = await stage.deploy('staging', good).done;
    assert.equal(code, 0, said);
    assert.throws(() => readdirSync(folder()), /ENOENT/);
  });
});
