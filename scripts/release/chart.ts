import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Artifact } from './evidence.ts';
import { runOrRefuse } from './run.ts';
import { RELEASE } from './target.ts';

/** @returns the path of the chart's package, fetched by its digest: a moved version changes nothing */
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
  /** The chart's folder or package. */
  chart: string;
  image: Artifact;
  /** Files of values, the later before the earlier. */
  values: string[];
  /** The host name of a review's route. */
  host?: string;
  description?: string;
}

/** The arguments of `helm upgrade` that tell what and where; the same for the diff and for the real thing. */
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
    // Both, since values/common.yaml may turn on either; as whole lists, so that nothing of another host is left.
    ...(host ? ['httpRoute.hostnames', 'ingress.hosts'].flatMap((key) => setList(key, [host])) : []),
    ...(description ? ['--description', description] : []),
  ];
}

const setList = (key: string, list: string[]) => ['--set-json', `${key}=${JSON.stringify(list)}`];
