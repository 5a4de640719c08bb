/**
 * The environment of the deployment tests: a real cluster (KUBECONFIG), a real registry (REGISTRY, under the name
 * that pods and this machine use), Helm, buildah and cosign. The product is a replacement, so that a rollout takes
 * seconds, but the scripts are the real ones.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import {
  type Artifact,
  EVIDENCE,
  hashCommonValues,
  newRelease,
  type Release,
} from '../../scripts/release/evidence.ts';
import type { HelmRevision } from '../../scripts/release/helm.ts';
import { Kubectl } from '../../scripts/release/kubectl.ts';
import { type Ended, run, runOrRefuse } from '../../scripts/release/run.ts';
import { attest, chartReference, imageReference, sign, signFile } from '../../scripts/release/signatures.ts';

const FIXTURE = resolve('test/cluster/fixture');
const SCRIPTS = resolve('scripts');
const { KUBECONFIG = '', REGISTRY = '' } = process.env;
const PREFIX = process.env.NAMESPACE_PREFIX ?? 'galley-test';
const BASE = process.env.NODE_IMAGE ?? 'docker.io/library/node:24.21.0-bookworm-slim';

if (!KUBECONFIG || !REGISTRY) {
  console.error(
    'npm run test:cluster requires KUBECONFIG, REGISTRY (host:port/path), for reviews REVIEW_DATABASE_URL, and for the outage the variables of database-outage.test.ts; helm, buildah, cosign, psql on PATH',
  );
  process.exit(1);
}

export type Environment = 'staging' | 'production';

/** A release, and the path of its release.json. */
export type Made = Release & { path: string };

interface Wish {
  pipeline?: number;
  /** Values of the chart. */
  chart?: Record<string, unknown>;
  /** The image of another release. */
  image?: Artifact;
  signed?: boolean;
  /** The text of values/common.yaml. */
  values?: string;
}

interface More {
  environment?: Environment | 'review';
  env?: NodeJS.ProcessEnv;
}

/** A running script. */
export interface Started {
  child: ChildProcess;
  /** Its exit code or signal, and its complete output. */
  done: Promise<{ code: number | NodeJS.Signals | null; said: string }>;
  said: () => string;
}

/** A folder with values, a signing key and two namespaces. `close` deletes all of them. */
export class Stage {
  readonly id = randomBytes(3).toString('hex');
  readonly folder = mkdtempSync(join(tmpdir(), 'galley-cluster-test-'));
  readonly namespaces: Record<Environment, string> = {
    staging: `${PREFIX}-staging-${this.id}`,
    production: `${PREFIX}-production-${this.id}`,
  };
  private readonly paths = new Map<number, string>();
  private env: NodeJS.ProcessEnv = {};

  static async open(): Promise<Stage> {
    const stage = new Stage();
    cpSync(join(FIXTURE, 'values'), join(stage.folder, 'values'), { recursive: true });
    for (const name of Object.values(stage.namespaces))
      await runOrRefuse('namespace', 'kubectl', ['create', 'namespace', name]);
    await runOrRefuse('key', 'cosign', ['generate-key-pair'], {
      cwd: stage.folder,
      env: { COSIGN_PASSWORD: 'test' },
    });
    stage.env = {
      ...process.env,
      COSIGN_PASSWORD: 'test',
      COSIGN_PRIVATE_KEY: readFileSync(join(stage.folder, 'cosign.key'), 'utf8'),
      COSIGN_PUBLIC_KEY: join(stage.folder, 'cosign.pub'),
      KUBECONFIG_STAGING_READ: KUBECONFIG,
      NAMESPACE_STAGING: stage.namespaces.staging,
      REGISTRY_PLAIN_HTTP: 'true',
    };
    return stage;
  }

  kubectl(environment: Environment): Kubectl {
    return new Kubectl({ kubeconfig: KUBECONFIG, namespace: this.namespaces[environment] });
  }

  async history(environment: Environment): Promise<string[]> {
    const args = ['history', 'galley', '-n', this.namespaces[environment], '-o', 'json'];
    const { code, stdout } = await run('helm', args);
    const revisions = code === 0 ? (JSON.parse(stdout) as HelmRevision[]) : [];
    return revisions.map(({ revision, status }) => `${revision} ${status}`);
  }

  /** Builds, pushes, signs and attests a release. `image` uses the image of another release. */
  async release({ pipeline = 1, chart = {}, image, signed = true, values }: Wish = {}): Promise<Made> {
    if (values !== undefined) writeFileSync(join(this.folder, 'values/common.yaml'), values);
    const release = newRelease({
      version: `0.0.1-${pipeline}.g${this.id}`,
      commit: this.id,
      pipeline,
      createdAt: new Date().toISOString(),
      image: image ?? (await this.pushImage(`${this.id}-${pipeline}-${randomBytes(2).toString('hex')}`)),
      chart: await this.pushChart(`0.0.1-${pipeline}.g${this.id}${randomBytes(2).toString('hex')}`, chart),
      valuesHash: hashCommonValues(join(this.folder, 'values/common.yaml')),
    });
    const path = join(this.folder, `release-${randomBytes(3).toString('hex')}.json`);
    writeFileSync(path, JSON.stringify(release));
    this.paths.set(pipeline, path);
    await this.signPath(path);
    if (signed) await this.sign(release, path);
    return { ...release, path };
  }

  /** Returns the release.json of the last release of a pipeline. */
  pathOf(pipeline: number): string {
    return this.paths.get(pipeline) ?? '';
  }

  signPath(path: string): Promise<void> {
    return withEnv(this.env, () => signFile(path));
  }

  helm(environment: Environment, args: string[]): Promise<Ended> {
    return run('helm', ['-n', this.namespaces[environment], ...args]);
  }

  private async sign(release: Release, path: string): Promise<void> {
    for (const reference of [imageReference(release), chartReference(release)]) {
      await withEnv(this.env, () => sign(reference, this.env));
      await withEnv(this.env, () => attest(reference, EVIDENCE.release, path, this.env));
    }
  }

  /** Attests the release like verify:staging after it has passed. */
  async attestPassed(release: Made): Promise<void> {
    await withEnv(this.env, () =>
      attest(imageReference(release), EVIDENCE['staging-passed'], release.path, this.env),
    );
  }

  async pushImage(name: string): Promise<Artifact> {
    const reference = `${REGISTRY}/stand-in:${name}`;
    const build = [
      'build',
      '--isolation',
      'chroot',
      '--pull=missing',
      '--format',
      'docker',
      '--build-arg',
      `NODE_IMAGE=${BASE}`,
    ];
    await runOrRefuse('build', 'buildah', [
      ...build,
      '--build-arg',
      `NAME=${name}`,
      '-t',
      reference,
      FIXTURE,
    ]);
    const digest = join(this.folder, 'digest');
    await runOrRefuse('push', 'buildah', ['push', '--tls-verify=false', '--digestfile', digest, reference]);
    await run('buildah', ['rmi', reference]);
    return { repository: `${REGISTRY}/stand-in`, digest: readFileSync(digest, 'utf8').trim() };
  }

  private async pushChart(version: string, values: NonNullable<Wish['chart']>): Promise<Artifact> {
    const source = join(this.folder, `chart-${version}`);
    cpSync(join(FIXTURE, 'chart'), source, { recursive: true });
    const defaults = readFileSync(join(source, 'values.yaml'), 'utf8');
    const lines = Object.entries(values).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
    const kept = defaults
      .split('\n')
      .filter((line) => !Object.keys(values).some((name) => line.startsWith(`${name}:`)));
    writeFileSync(join(source, 'values.yaml'), [...kept, ...lines].join('\n'));
    await runOrRefuse('package', 'helm', ['package', source, '--version', version, '-d', this.folder]);
    const { stdout, stderr } = await run('helm', [
      'push',
      join(this.folder, `galley-${version}.tgz`),
      `oci://${REGISTRY}/charts`,
      '--plain-http',
    ]);
    return {
      repository: `oci://${REGISTRY}/charts/galley`,
      digest: /sha256:[0-9a-f]{64}/.exec(stdout + stderr)?.[0] ?? '',
    };
  }

  /** Starts a script in the folder. */
  start(script: string, args: string[], { environment = 'staging', env = {} }: More = {}): Started {
    const namespace = environment === 'review' ? undefined : this.namespaces[environment];
    const child = spawn(join(SCRIPTS, script), args, {
      cwd: this.folder,
      env: { ...this.env, NAMESPACE: namespace, ...env },
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (said += text));
    const done: Started['done'] = new Promise((end) =>
      child.on('close', (code, signal) => end({ code: code ?? signal, said })),
    );
    return { child, done, said: () => said };
  }

  deploy(
    environment: Environment,
    release: Pick<Made, 'path'>,
    args: string[] = [],
    more: More = {},
  ): Started {
    return this.start('deploy', [environment, '--release', release.path, '--timeout', '60s', ...args], {
      environment,
      ...more,
    });
  }

  async close(): Promise<void> {
    const names = Object.values(this.namespaces);
    await run('kubectl', ['delete', 'namespace', ...names, '--wait=false']);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** cosign reads its key from the environment of this process. */
async function withEnv<T>(env: NodeJS.ProcessEnv, work: () => Promise<T>): Promise<T> {
  for (const name of ['COSIGN_PASSWORD', 'COSIGN_PRIVATE_KEY']) process.env[name] = env[name];
  return work();
}
