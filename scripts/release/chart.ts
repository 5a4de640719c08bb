import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Artifact } from './evidence.ts';
import { runOrRefuse } from './run.ts';
import { RELEASE } from './target.ts';

/**
 * Downloads the chart by its digest, so that a moved version has no effect.
 * @returns the path of the package
 */
export async function pullChart({ repository, digest }: Artifact, env = process.env): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'galley-chart-'));
  const plain = env.REGISTRY_PLAIN_HTTP === 'true' ? ['--plain-http'] : [];
  await runOrRefuse(`cannot fetch the chart ${repository}@${digest}`, 'helm', [
    ...['pull', `${repository}@${digest}`, '--destination', folder, ...plain],
  ]);
  const [file = ''] = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
  return join(folder, file);
}

interface Upgrade {
  /** The folder or the package of the chart. */
  chart: string;
  image: Artifact;
  /** The values files, with the highest priority last. */
  values: string[];
  /** The host name of the route of a review. */
  host?: string;
  description?: string;
}

/**
 * Returns the arguments of `helm upgrade` that define the release, which are the same for the diff and for the
 * upgrade.
 */
export function upgradeArguments({ chart, image, values, host, description }: Upgrade): string[] {
  return [
    'upgrade',
    '--install',
    RELEASE,
    chart,
    '--reset-values',
    ...values.flatMap((file) => ['-f', file]),
    '--set-string',
    `image.repository=${image.repository}`,
    '--set-string',
    `image.digest=${image.digest}`,
    // Both are set, because values/common.yaml can enable either. The whole lists are replaced, so that no other
    // host remains.
    ...(host ? ['httpRoute.hostnames', 'ingress.hosts'].flatMap((key) => setList(key, [host])) : []),
    ...(description ? ['--description', description] : []),
  ];
}

const setList = (key: string, list: string[]) => ['--set-json', `${key}=${JSON.stringify(list)}`];
