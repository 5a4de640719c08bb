/**
 * Waits until a load has scaled up an installed release, stops the load, and waits until the release has scaled
 * down. See --help.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Autoscaler } from '../../scripts/release/kubernetes.ts';
import type { Kubectl } from '../../scripts/release/kubectl.ts';
import { isMain } from '../../scripts/tools/main.ts';
import { UnderLoad } from './under-load.ts';

const usage = `
usage: npm run test:scale [-- --per-second N]

Sends a mixed load (500 requests per second) to the release galley in NAMESPACE until its HorizontalPodAutoscaler has
added pods and they are ready. Continues for half a minute, stops the load, and waits until the minimum number of pods is
left. This takes about ten minutes, including the five that the autoscaler waits before it scales down. Exits with 0 if
both happened and no request failed.
The cluster requires a metrics server, and the release requires high rate limits as in values/staging.yaml. The test
creates an account and many posts.

Environment: KUBECONFIG, NAMESPACE; BASE_URL (default: the address of the Service); kubectl on PATH
`;
const PATIENCE_SECONDS = 300;
const SCALE_IN_SECONDS = 1200;

async function scaleUnderLoad(): Promise<void> {
  const release = await UnderLoad.open(usage, { 'per-second': { type: 'string', default: '500' } });
  if (!release) return;
  try {
    await grow(release);
    await shrink(release);
  } finally {
    await release.close();
  }
}

async function grow(release: UnderLoad): Promise<void> {
  const { kubectl, load } = release;
  const { spec, status } = await scaler(kubectl);
  release.say(`${status.currentReplicas} pods, ${spec.minReplicas} to ${spec.maxReplicas}`);
  const wanted = async () => (await scaler(kubectl)).status.desiredReplicas;
  await release.until('more pods', PATIENCE_SECONDS, async () => (await wanted()) > spec.minReplicas);
  release.say(`${await wanted()} pods are wanted at ${await cpuUse(kubectl)}`);
  await release.until(
    'their readiness',
    PATIENCE_SECONDS,
    async () => (await ready(kubectl)) > spec.minReplicas,
  );
  release.say(`${await ready(kubectl)} pods are ready; ${load.outcomes.length} requests`);
  await delay(30_000);
}

async function shrink(release: UnderLoad): Promise<void> {
  const { kubectl } = release;
  const { minReplicas } = (await scaler(kubectl)).spec;
  release.say(`${await ready(kubectl)} pods at ${await cpuUse(kubectl)}; the load ends`);
  await release.stopLoad();
  await release.until(
    'the fewest pods',
    SCALE_IN_SECONDS,
    async () => (await ready(kubectl)) === minReplicas,
  );
  release.say(`${minReplicas} pods are left`);
}

async function scaler(kubectl: Kubectl): Promise<Autoscaler> {
  const found = await kubectl.get('hpa', 'galley');
  if (!found) throw new Error('galley has no HorizontalPodAutoscaler');
  return found;
}

async function ready(kubectl: Kubectl): Promise<number> {
  return (await kubectl.get('deployment', 'galley'))?.status.readyReplicas ?? 0;
}

/** Returns the CPU usage in percent of the requested CPU of a pod, as the autoscaler calculates it. */
async function cpuUse(kubectl: Kubectl): Promise<string> {
  const { currentMetrics } = (await scaler(kubectl)).status;
  const cpu = currentMetrics?.find((metric) => metric.containerResource?.name === 'cpu');
  return `${cpu?.containerResource?.current.averageUtilization ?? '?'} % of the requested CPU`;
}

if (isMain(import.meta)) await scaleUnderLoad();
