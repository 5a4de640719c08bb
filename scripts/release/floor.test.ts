import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkFloor, floorIn, floorJob, newestMigrationIn } from './floor.ts';

const check = (floor: string | null, newest: string | undefined) =>
  checkFloor({ floor, newest, what: 'revision 3' });

describe('the schema floor', () => {
  it('lets everything through while nothing was contracted', () => {
    check(null, undefined);
    check(null, 'AddPosts1795132800000');
  });

  it('lets code through that knows it', () => {
    check('AddSlug1795219200000', 'AddSlug1795219200000');
    check('AddSlug1795219200000', 'AddLater1795220000000');
  });

  it('refuses code from before it, and says what to do instead', () => {
    assert.throws(() => check('AddSlug1795219200000', 'CreateCore1795132800000'), {
      message:
        /revision 3 knows migrations up to CreateCore\S+, and the database needs code that knows AddSlug\S+: .*roll forward.*restore the backup/,
    });
  });

  it('refuses code that does not tell', () => {
    assert.throws(() => check('AddSlug1795219200000', undefined), /does not state its newest migration/);
    assert.throws(() => check('AddSlug1795219200000', 'no time in it'), /it would not start/);
  });

  it('is read from the last line of the check, whatever stands before it', () => {
    assert.equal(
      floorIn('warning {"floor":1}\n{"status":"ahead","floor":"AddSlug1795219200000"}\n'),
      'AddSlug1795219200000',
    );
    assert.equal(floorIn('{"status":"equal","floor":null}'), null);
    assert.throws(() => floorIn('error: connect ECONNREFUSED'), /cannot be read.*ECONNREFUSED/);
  });
});

describe('the newest migration of a manifest', () => {
  it('is the annotation of the Deployment', () => {
    const manifest =
      'metadata:\n  annotations:\n    galley/newest-migration: AddLater1795220000000\nspec: {}\n';
    assert.equal(newestMigrationIn(manifest), 'AddLater1795220000000');
    assert.equal(
      newestMigrationIn(manifest.replace('AddLater1795220000000', '"AddLater1795220000000"')),
      'AddLater1795220000000',
    );
  });

  it('is absent where the chart had none', () => {
    assert.equal(newestMigrationIn('metadata: {}\n'), undefined);
  });
});

it('the Job that asks has the settings of the pod, and is no backend of the Service', () => {
  const selector = {
    'app.kubernetes.io/instance': 'galley',
    'app.kubernetes.io/component': 'api',
    track: 'stable',
  };
  const container = {
    name: 'galley',
    image: 'galley@sha256:1',
    env: [{ name: 'A', value: '1' }],
    readinessProbe: {},
    ports: [],
  };
  const template = {
    metadata: { labels: selector },
    spec: {
      containers: [{ name: 'sidecar', image: 'sidecar@sha256:2' }, container],
      volumes: [{ name: 'tmp' }],
    },
  };
  const { spec } = floorJob('galley-floor-1', { spec: { template } });
  assert.deepEqual(spec.template.spec.containers, [
    {
      name: 'galley',
      image: 'galley@sha256:1',
      env: container.env,
      command: ['node', 'dist/cli.js'],
      args: ['migrate:check', '--json'],
    },
  ]);
  assert.deepEqual(spec.template.spec.volumes, [{ name: 'tmp' }]);
  assert.notEqual(spec.template.metadata.labels['app.kubernetes.io/component'], 'api');
  assert.equal(spec.backoffLimit, 0);
});
