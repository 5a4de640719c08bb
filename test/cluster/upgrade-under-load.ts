/** Upgrades an installed release several times and evicts a pod, while clients send requests. See --help. */
import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { runOrRefuse } from '../../scripts/release/run.ts';
import { isMain } from '../../scripts/tools/main.ts';
import { UnderLoad } from './under-load.ts';

const usage = `
usage: npm run test:upgrade [-- --upgrades N] [--per-second N]

Upgrades the release galley in NAMESPACE with the chart of this checkout and its current values, N times (default: 3),
and then evicts a pod, under a mixed load (200 requests per second: lists, posts, writes and logins, with keep-alive
connections and without retries). Exits with 0 if no request failed and the evicted pod completed its shutdown.
The release requires at least two pods that can handle the load without one of them, and high rate limits as in
values/staging.yaml. The test creates an account and many posts.

Environment: KUBECONFIG, NAMESPACE; BASE_URL (default: the address of the Service); helm and kubectl on PATH
`;

async function upgradeUnderLoad(): Promise<void> {
  const release = await UnderLoad.open(usage, {
    upgrades: { type: 'string', default: '3' },
    'per-second': { type: 'string', default: '200' },
  });
  if (!release) return;
  try {
    await delay(5000);
    for (let n = 1; n <= Number(release.given.upgrades); n++) await upgrade(release, n);
    await evict(release);
    await delay(5000);
  } finally {
    await release.close();
  }
}

async function upgrade(release: UnderLoad, n: number): Promise<void> {
  const { load, namespace } = release;
  const revision = `upgrade ${n} ${randomBytes(4).toString('hex')}`;
  const args = [
    'upgrade',
    'galley',
    'charts/galley',
    '-n',
    namespace,
    '--reuse-values',
    '--atomic',
    '--wait',
  ];
  const before = await release.pods();
  await runOrRefuse('upgrade', 'helm', [
    ...args,
    '--timeout',
    '5m',
    '--set-string',
    `secretRevision=${revision}`,
  ]);
  release.say(`upgrade ${n}: ready; ${load.outcomes.length} requests, ${load.failures.length} failed`);
  await release.gone(before);
  release.say(`upgrade ${n}: the ${before.length} old pods have ended; ${load.failures.length} failed`);
}

/** Evicts a pod, as a drain of its node does. */
async function evict(release: UnderLoad): Promise<void> {
  const { kubectl, namespace } = release;
  const [name] = await release.pods();
  if (!name) throw new Error('there is no pod to evict');
  const log = kubectl.try(['logs', name, '-c', 'galley', '-f', '--since=1s'], { seconds: 90 });
  const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace } };
  const path = `/api/v1/namespaces/${namespace}/pods/${name}/eviction`;
  await kubectl.do('eviction', ['create', '--raw', path, '-f', '-'], { input: JSON.stringify(eviction) });
  await release.gone([name]);
  const { stdout } = await log;
  const last = stdout.trim().split('\n').at(-1) ?? '';
  release.say(`${name} was evicted, and its last words are ${last}`);
  if (!last.includes('"ended"')) release.faults.push(`${name} did not drain to its end`);
}

if (isMain(import.meta)) await upgradeUnderLoad();
