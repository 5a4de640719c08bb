import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hashCommonValues, newRelease, type Release } from './evidence.ts';
import { Refusal } from './refusal.ts';
import { reviewRepository } from './review-image.ts';
import { run, runOrRefuse } from './run.ts';
import type { Say } from './say.ts';

const CHART = 'charts/galley';

type Source = Pick<Release, 'commit' | 'pipeline' | 'createdAt'> & {
  /** The registry and path, without a protocol. */
  registry: string;
};

interface ReviewSource {
  registry: string;
  name: string;
  commit: string;
}

/** Returns the version: X.Y.Z of package.json, the pipeline and the commit. */
export function versionOf({
  version,
  pipeline,
  commit,
}: Pick<Release, 'version' | 'pipeline' | 'commit'>): string {
  return `${version}-${pipeline}.g${commit.slice(0, 8)}`;
}

/**
 * Builds and pushes the image and the chart package of a commit. Writes release.json, and the digests as variables
 * for later jobs.
 */
export async function publish(source: Source, say: Say, env = process.env): Promise<void> {
  const { registry, commit, pipeline, createdAt } = source;
  const { version: coming } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  const version = versionOf({ version: coming, pipeline, commit });
  const image = {
    repository: `${registry}/galley`,
    digest: await pushImage(`${registry}/galley:${commit}`, env),
  };
  say(`image ${image.repository}@${image.digest}`);
  const chart = {
    repository: `oci://${registry}/charts/galley`,
    digest: await pushChart(`oci://${registry}/charts`, version, env),
  };
  say(`chart ${chart.repository}@${chart.digest}, ${version}`);
  const release = newRelease({
    version,
    commit,
    pipeline,
    image,
    chart,
    createdAt,
    valuesHash: hashCommonValues(),
  });
  writeFileSync('release.json', `${JSON.stringify(release, null, 2)}\n`);
  writeFileSync(
    'release.env',
    `RELEASE_VERSION=${version}\nIMAGE_REPOSITORY=${image.repository}\nIMAGE_DIGEST=${image.digest}\nCHART_DIGEST=${chart.digest}\n`,
  );
}

/** Publishes the image of a review. No other environment uses it, because it is not signed. */
export async function publishReview({ registry, name, commit }: ReviewSource, say: Say): Promise<void> {
  const repository = reviewRepository(registry, name);
  const digest = await pushImage(`${repository}:${commit}`);
  writeFileSync('release.env', `IMAGE_REPOSITORY=${repository}\nIMAGE_DIGEST=${digest}\n`);
  say(`image ${repository}@${digest}`);
}

/** @returns the digest of the image in the registry */
async function pushImage(name: string, env = process.env): Promise<string> {
  const local = `localhost/galley:${name.split(':').at(-1)}`;
  process.stderr.write(await runOrRefuse('cannot build the image', 'scripts/build-image', [local]));
  const digestFile = join(tmpdir(), `galley-digest-${process.pid}`);
  const tls = env.REGISTRY_PLAIN_HTTP === 'true' ? ['--tls-verify=false'] : [];
  await runOrRefuse(`cannot push ${name}`, 'buildah', [
    'push',
    ...tls,
    '--digestfile',
    digestFile,
    local,
    `docker://${name}`,
  ]);
  const digest = readFileSync(digestFile, 'utf8').trim();
  rmSync(digestFile);
  return digest;
}

/**
 * Copies the chart into a folder. Its alerts then link to the runbooks of this commit in this project.
 * @returns the path of the copy
 */
export function chartToPackage(folder: string, env: NodeJS.ProcessEnv, source = CHART): string {
  const chart = join(folder, 'galley');
  cpSync(source, chart, { recursive: true });
  const { CI_PROJECT_URL: project, CI_COMMIT_SHA: commit } = env;
  if (project && commit)
    appendFileSync(
      join(chart, 'Chart.yaml'),
      `annotations:\n  galley/runbooks: ${project}/-/blob/${commit}/docs/runbooks\n`,
    );
  return chart;
}

async function pushChart(repository: string, version: string, env: NodeJS.ProcessEnv): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'galley-chart-'));
  try {
    const versions = ['--version', version, '--app-version', version];
    const chart = chartToPackage(folder, env);
    await runOrRefuse('cannot package the chart', 'helm', [
      ...['package', chart, ...versions, '--destination', folder],
    ]);
    return await pushPackage(join(folder, `galley-${version}.tgz`), repository, env);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function pushPackage(file: string, repository: string, env: NodeJS.ProcessEnv): Promise<string> {
  const plain = env.REGISTRY_PLAIN_HTTP === 'true' ? ['--plain-http'] : [];
  const { code, stdout, stderr } = await run('helm', ['push', file, repository, ...plain]);
  const [digest] = /sha256:[0-9a-f]{64}/.exec(stdout + stderr) ?? [];
  if (code !== 0 || !digest) throw new Refusal(`cannot push the chart to ${repository}: ${stderr.trim()}`);
  return digest;
}
