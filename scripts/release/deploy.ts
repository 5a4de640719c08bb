import { pullChart, upgradeArguments } from './chart.ts';
import { diffManifests } from './diff.ts';
import {
  describe,
  hashCommonValues,
  type Release,
  type Reviewed,
  whyNotCovered,
  whyOtherValues,
} from './evidence.ts';
import { checkFloor, newestMigrationIn, readFloor } from './floor.ts';
import { messageOf } from '../tools/failures.ts';
import { type Helm, HelmFailed, HelmInterrupted } from './helm.ts';
import { writeJunit } from './junit.ts';
import { Kubectl } from './kubectl.ts';
import { clearPending, returnToDeployed } from './pending.ts';
import { objections, whyOutdated } from './promotion.ts';
import { Refusal } from './refusal.ts';
import { watchRollout } from './rollout/rollout.ts';
import { runningDigests } from './running.ts';
import type { Say } from './say.ts';
import { readAttested, verifyFile, verifySignatures } from './signatures.ts';
import { type Cluster, findTarget } from './target.ts';
import { underLease } from './under-lease.ts';
import { readVerified } from './verified.ts';

interface ToReview {
  environment: 'review';
  release: Reviewed;
  /** The folder or the package of the chart. */
  chart: string;
  host?: string;
}

interface ToStage {
  environment: 'staging' | 'production';
  release: Release;
  /** The release file, with its signature beside it. */
  releasePath: string;
}

interface Manner {
  /** How long Helm waits for the pods, for example 10m. */
  timeout?: string;
  /** How many seconds an unschedulable pod may wait for a node. The default is 120. */
  nodeGrace?: number;
  /** The reason to deploy a release although staging has a newer one. */
  allowOlder?: string;
}

export type Deploy = (ToReview | ToStage) & Manner;

/** A cluster autoscaler needs one to two minutes for a node. */
const NODE_GRACE = 120;

/**
 * Deploys one release to one environment, from a job or from a laptop. With the lease, it repairs what a killed
 * deploy left, checks the release, prints the changes, and lets Helm apply all of them or none.
 */
export async function deploy(wish: Deploy, say: Say): Promise<void> {
  const since = performance.now();
  const outcome = (failure?: string) =>
    writeJunit(
      `reports/${wish.environment}/deploy.xml`,
      `deploy:${wish.environment}`,
      [{ name: wish.release.version, seconds: (performance.now() - since) / 1000, failure }],
      say,
    );
  try {
    await deployUnderLease(wish, say);
    outcome();
  } catch (error) {
    outcome(messageOf(error));
    throw error;
  }
}

async function deployUnderLease(wish: Deploy, say: Say): Promise<void> {
  const { environment, release, timeout, nodeGrace = NODE_GRACE, allowOlder } = wish;
  const target = findTarget(environment);
  await underLease(target, say, async ({ kubectl, helm }) => {
    await clearPending(helm, say);
    if (wish.environment !== 'review') await checkEvidence(wish, kubectl, say);
    const args = upgradeArguments({
      chart: wish.environment === 'review' ? wish.chart : await pullChart(wish.release.chart),
      image: release.image,
      values: target.values,
      host: wish.environment === 'review' ? wish.host : undefined,
      // The description remains in helm history.
      description: describe(release) + (allowOlder ? `; older allowed: ${allowOlder}` : ''),
    });
    const wanted = await helm.dryRun(args);
    await checkSchema(kubectl, wanted, release);
    say((await showDiff(helm, wanted)) || 'nothing changes except the revision');
    const folder = `reports/${environment}/failure`;
    await watchRollout({ kubectl, folder, nodeGrace, say }, (end) =>
      helm.upgrade(args, { timeout, end }),
    ).catch(async (error: unknown) => {
      if (error instanceof HelmFailed || error instanceof HelmInterrupted)
        await returnToDeployed(helm, environment, { why: error, say });
      throw error;
    });
    const revision = (await helm.history()).at(-1)?.revision;
    say(`${environment} runs ${release.version}, ${release.image.digest}, as revision ${revision}`);
  });
}

/** Staging requires the signature of the project. Production requires a release that has passed staging. */
async function checkEvidence(wish: ToStage & Manner, kubectl: Kubectl, say: Say): Promise<void> {
  const { release, releasePath, environment, allowOlder } = wish;
  await verifyFile(releasePath);
  await verifySignatures(release);
  const uncovered = whyNotCovered(release, await readAttested(release, 'release'), 'release');
  if (uncovered) throw new Refusal(uncovered);
  const valuesHash = hashCommonValues();
  if (environment === 'staging') {
    // Staging must run the same values that it verifies.
    const otherValues = whyOtherValues(release, valuesHash);
    if (otherValues) throw new Refusal(otherValues);
    // Somebody has retried a job of an old pipeline.
    const outdated = whyOutdated(release, await readVerified(kubectl));
    if (outdated && !allowOlder) throw new Refusal(`the release cannot be deployed to staging: ${outdated}`);
    if (outdated) say(`allowed although staging has a newer release: ${allowOlder}`);
    return;
  }
  const staging = new Kubectl(stagingToRead());
  const reasons = objections({
    release,
    valuesHash,
    running: await runningDigests(staging),
    verified: await readVerified(staging),
    attested: await readAttested(release, 'staging-passed'),
    allowOlder,
  });
  if (reasons.length > 0)
    throw new Refusal(`the release cannot be deployed to production:\n  - ${reasons.join('\n  - ')}`);
  if (allowOlder) say(`allowed although staging has a newer release: ${allowOlder}`);
}

function stagingToRead(env = process.env): Cluster {
  if (!env.KUBECONFIG_STAGING_READ)
    throw new Refusal(
      'KUBECONFIG_STAGING_READ is not set. It must be a kubeconfig that can read the state of staging',
    );
  return { kubeconfig: env.KUBECONFIG_STAGING_READ, namespace: env.NAMESPACE_STAGING || 'galley-staging' };
}

async function checkSchema(kubectl: Kubectl, wanted: string, release: { version: string }): Promise<void> {
  const floor = await readFloor(kubectl);
  if (floor !== undefined) checkFloor({ floor, newest: newestMigrationIn(wanted), what: release.version });
}

async function showDiff(helm: Helm, wanted: string): Promise<string> {
  const deployed = (await helm.history()).length > 0 ? await helm.manifest() : '';
  return diffManifests(deployed, wanted);
}
