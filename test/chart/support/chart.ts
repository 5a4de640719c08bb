import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';

/** An object of Kubernetes. A test names the fields that it reads. */
export type KubeObject = any;

export const DIGEST = `sha256:${'d'.repeat(64)}`;
/** The API versions of a cluster that supports all optional kinds. */
export const CAPABILITIES = [
  'monitoring.coreos.com/v1',
  'autoscaling.k8s.io/v1',
  'custom.metrics.k8s.io/v1beta1',
  'gateway.networking.k8s.io/v1',
];

export interface Circumstances {
  /** The names of files in values/. */
  environment?: string;
  kubernetes?: string;
  /** The folder of the chart. */
  chart?: string;
  capabilities?: string[];
  /** The image digest, as a deployment sets it. false omits it. */
  digest?: string | false;
}

export class Rendering {
  readonly objects: KubeObject[];

  constructor(readonly text: string) {
    this.objects = (loadAll(text) as KubeObject[]).filter(Boolean);
  }

  all(kind: string): KubeObject[] {
    return this.objects.filter((object) => object.kind === kind);
  }

  /** Returns the only object of this kind, or the one whose name ends with `suffix`, or undefined. */
  maybe(kind: string, suffix = ''): KubeObject {
    return this.all(kind).find(({ metadata }) => metadata.name === `galley${suffix}`);
  }

  one(kind: string, suffix = ''): KubeObject {
    const object = this.maybe(kind, suffix);
    if (!object) throw new Error(`There is no ${kind} galley${suffix}`);
    return object;
  }

  get pod(): KubeObject {
    return this.one('Deployment').spec.template.spec;
  }

  get container(): KubeObject {
    return this.pod.containers[0];
  }
}

function template(
  values: object,
  {
    environment,
    kubernetes = '1.36.3',
    chart = 'charts/galley',
    capabilities = [],
    digest = environment ? DIGEST : false,
  }: Circumstances,
) {
  const folder = mkdtempSync(join(tmpdir(), 'galley-chart-'));
  try {
    const file = join(folder, 'values.json');
    writeFileSync(file, JSON.stringify(values));
    const files = environment ? ['values/common.yaml', `values/${environment}.yaml`, file] : [file];
    return spawnSync(
      process.env.GALLEY_HELM ?? 'helm',
      [
        ...['template', 'galley', chart, '--namespace', 'press', '--kube-version', kubernetes],
        ...capabilities.flatMap((capability) => ['--api-versions', capability]),
        ...files.flatMap((each) => ['--values', each]),
        ...(digest ? ['--set-string', `image.digest=${digest}`] : []),
      ],
      { encoding: 'utf8', maxBuffer: 16 * 1024 * 1024 },
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export function render(values: object = {}, circumstances: Circumstances = {}): Rendering {
  const { status, stdout, stderr } = template(values, circumstances);
  if (status !== 0) throw new Error(`helm template: ${stderr}`);
  return new Rendering(stdout);
}

/** Returns the error of Helm for values that it must reject. */
export function refusal(values: object, circumstances: Circumstances = {}): string {
  const { status, stderr } = template(values, circumstances);
  if (status === 0) throw new Error(`helm template takes ${JSON.stringify(values)}`);
  return stderr;
}
