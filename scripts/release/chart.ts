import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runOrRefuse } from './run.ts';
import { RELEASE } from './target.ts';

/** @returns the path of the chart's package, fetched by its digest: a moved version changes nothing */
export async function pullChart({ repository, digest }, env = process.env) {
  const folder = mkdtempSync(join(tmpdir(), 'galley-chart-'));
  const plain = env.REGISTRY_PLAIN_HTTP === 'true' ? ['--plain-http'] : [];
  await runOrRefuse(`cannot fetch the chart ${repository}@${digest}`, 'helm', [
    ...['pull', `${repository}@${digest}`, '--destination', folder, ...plain],
  ]);
  return join(
    folder,
    readdirSync(folder).find((name) => name.endsWith('.tgz')),
  );
}

/** The arguments of `helm upgrade` that tell what and where; the same for the diff and for the real thing. */
export function upgradeArguments({ chart, image, values, host, description }) {
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

const setList = (key, list) => ['--set-json', `${key}=${JSON.stringify(list)}`];
