import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { KUBERNETES_TYPES, kubernetesTypes } from '../../scripts/generate/kubernetes-types.ts';
import { CAPABILITIES, render } from './support/chart.js';
import { writeCustomSchemas, writeKubernetesSchemas } from './support/schemas.js';
import { SWITCHES } from './support/switches.js';

const ENVIRONMENTS = [undefined, 'review', 'staging', 'production'];
const VERSIONS = { oldest: '1.32.13', newest: '1.36.3' } as const;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'galley-schemas-'));
  for (const version of ['oldest', 'newest'] as const)
    writeKubernetesSchemas(variable(`KUBERNETES_${version.toUpperCase()}`), join(folder, version));
  const custom = join(folder, 'custom');
  writeCustomSchemas(join(variable('CRDS_GATEWAY'), 'config/crd/standard'), custom);
  writeCustomSchemas(join(variable('CRDS_MONITORING'), 'example/prometheus-operator-crd'), custom);
  writeCustomSchemas(join(variable('CRDS_VPA'), 'deploy'), custom);
});
afterAll(() => rmSync(folder, { recursive: true }));

function variable(name: string): string {
  const value = process.env[`GALLEY_${name}`];
  if (!value) throw new Error(`GALLEY_${name} is not set: npm run test:chart sets it`);
  return value;
}

function conform(version: keyof typeof VERSIONS, path: string) {
  const { status, stdout, stderr } = spawnSync(
    variable('KUBECONFORM'),
    [
      ...['-strict', '-summary', '-output', 'json', '-n', '2'],
      ...[version, 'custom'].flatMap((each) => [
        '-schema-location',
        join(folder, each, '{{.ResourceKind}}{{.KindSuffix}}.json'),
      ]),
      path,
    ],
    { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
  );
  if (!stdout) throw new Error(stderr);
  const { resources, summary } = JSON.parse(stdout);
  return { status, faults: resources ?? [], summary };
}

describe.each(Object.keys(VERSIONS) as (keyof typeof VERSIONS)[])('on the %s Kubernetes', (version) => {
  it.each(ENVIRONMENTS)('every switch renders what the API knows, with values/%s', (environment) => {
    const path = join(folder, `${version}-${environment ?? 'defaults'}`);
    mkdirSync(path);
    for (const [name, values] of Object.entries(SWITCHES)) {
      const { text } = render(values, {
        environment,
        kubernetes: VERSIONS[version],
        capabilities: CAPABILITIES,
      });
      writeFileSync(join(path, `${name.replaceAll(' ', '-')}.yaml`), text);
    }
    const { faults, summary, status } = conform(version, path);
    expect(faults).toEqual([]);
    expect(summary).toMatchObject({ invalid: 0, errors: 0, skipped: 0 });
    expect(summary.valid).toBeGreaterThan(Object.keys(SWITCHES).length * 9);
    expect(status).toBe(0);
  });

  it('would see an unknown field, a wrong type and a missing field', () => {
    const path = join(folder, `${version}-wrong`);
    mkdirSync(path);
    const { text } = render({}, { kubernetes: VERSIONS[version] });
    for (const [name, from, to] of [
      ['unknown', 'containerPort:', 'containerPrt:'],
      ['type', 'terminationGracePeriodSeconds: 40', 'terminationGracePeriodSeconds: soon'],
      ['missing', 'scaleTargetRef:', 'x-scaleTargetRef:'],
    ] as const) {
      expect(text).toContain(from);
      writeFileSync(join(path, `${name}.yaml`), text.replace(from, to));
    }
    const { faults } = conform(version, path);
    expect(faults.map(({ filename }: { filename: string }) => filename.split('/').at(-1)).sort()).toEqual([
      'missing.yaml',
      'type.yaml',
      'unknown.yaml',
    ]);
  });
});

it('the types in values.schema.json are those of the newest Kubernetes', async () =>
  expect(await kubernetesTypes(variable('KUBERNETES_NEWEST'))).toBe(readFileSync(KUBERNETES_TYPES, 'utf8')));

it.each(ENVIRONMENTS.filter((name) => name !== undefined))(
  'helm lint finds nothing with values/%s',
  (name) => {
    const output = execFileSync(
      variable('HELM'),
      [
        ...['lint', '--strict', '--quiet', 'charts/galley', '--kube-version', VERSIONS.newest],
        ...['-f', 'values/common.yaml', '-f', `values/${name}.yaml`],
        ...['--set-string', `image.digest=sha256:${'d'.repeat(64)}`],
      ],
      { encoding: 'utf8' },
    );
    expect(output).not.toMatch(/WARNING|ERROR/);
  },
);
