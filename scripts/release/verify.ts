import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { messageOf } from '../tools/failures.ts';
import { describe, EVIDENCE, type Release, withPassed } from './evidence.ts';
import { Helm, type HelmRevision } from './helm.ts';
import { type Outcome, writeJunit } from './junit.ts';
import { Kubectl } from './kubectl.ts';
import { load, overBudget } from './load.ts';
import { hasPassed, lastDeployed, lastPassed, originOf } from './pending.ts';
import { reach, untilReady } from './reach.ts';
import { Refusal } from './refusal.ts';
import { rollback } from './rollback.ts';
import { run } from './run.ts';
import { findDeployment, runningDigests } from './running.ts';
import { attest, imageReference } from './signatures.ts';
import type { Say } from './say.ts';
import { findTarget, type Target } from './target.ts';
import { addPassed, readVerified, writeVerified } from './verified.ts';
import { watch } from './watch.ts';
import { writeReport } from './write-report.ts';

type Verifiable = 'staging' | 'production';

interface Verification {
  environment: Verifiable;
  release: Release;
  /** How long to monitor production in seconds. The default is 300. */
  seconds?: number;
}

type Check = [name: string, check: () => Promise<unknown>];

const SMOKE = fileURLToPath(new URL('./smoke.ts', import.meta.url));

/**
 * Verifies a running release. If it passes, the result is stored (ConfigMap) and signed (attestation). If it fails,
 * the last release that passed is restored.
 */
export async function verify(
  { environment, release, seconds }: Verification,
  say: Say,
  env = process.env,
): Promise<void> {
  const target = findTarget(environment);
  const kubectl = new Kubectl(target);
  const helm = new Helm(target);
  const folder = `reports/${environment}`;
  mkdirSync(folder, { recursive: true });
  const { history, deployed } = await checkRunning(kubectl, helm, release, environment);
  const outcomes = await inOrder(checksOf({ environment, target, kubectl, folder, seconds, env, say }), say);
  writeJunit(`${folder}/verify.xml`, `verify:${environment}`, outcomes, say);
  await checkStillRunning(helm, deployed, environment);
  const failed = outcomes.find(({ failure }) => failure);
  if (failed) throw await giveWay({ environment, kubectl, history, deployed, failed }, say);
  const passed = withPassed(release, {
    environment,
    at: new Date().toISOString(),
    revision: deployed.revision,
    job: env.CI_JOB_URL ?? null,
  });
  await record(`${folder}/release.json`, passed, environment, env);
  await writeVerified(kubectl, release, deployed);
  writeFileSync(`release.${environment}-passed.json`, json(passed));
  say(`${release.version} has passed ${environment}`);
}

const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;

async function checkRunning(
  kubectl: Kubectl,
  helm: Helm,
  release: Release,
  environment: Verifiable,
): Promise<{ history: HelmRevision[]; deployed: HelmRevision }> {
  const running = await runningDigests(kubectl);
  if (running.length !== 1 || running[0] !== release.image.digest)
    throw new Refusal(
      `${environment} runs ${running.join(' and ') || 'nothing'}, not ${release.image.digest}, so it cannot be verified`,
    );
  const history = await helm.history();
  const deployed = lastDeployed(history);
  const origin = deployed && originOf(history, deployed);
  if (!deployed || !origin?.description.startsWith(describe(release)))
    throw new Refusal(
      `${environment} runs ${origin?.description ?? 'nothing'}, not ${describe(release)}, so it cannot be verified`,
    );
  return { history, deployed };
}

/** A deploy or rollback from a laptop does not use the resource_group, and minutes have passed. */
async function checkStillRunning(
  helm: Helm,
  { revision }: HelmRevision,
  environment: Verifiable,
): Promise<void> {
  const now = lastDeployed(await helm.history())?.revision;
  if (now !== revision)
    throw new Refusal(
      `${environment} now runs revision ${now}, not ${revision}. The results are of both, so the release neither passes nor is rolled back`,
    );
}

interface Checked {
  environment: Verifiable;
  target: Target;
  kubectl: Kubectl;
  /** The folder for the results. */
  folder: string;
  seconds: number | undefined;
  env: NodeJS.ProcessEnv;
  say: Say;
}

function checksOf({ environment, target, kubectl, folder, seconds, env, say }: Checked): Check[] {
  const at = async (work: (url: string, front: string) => Promise<void> | void) => {
    const { url, close } = await reach(target, env);
    try {
      await untilReady(url);
      return await work(url, (env.BASE_URL || url).replace(/\/+$/, ''));
    } finally {
      close();
    }
  };
  const keep = (name: string, result: unknown) => {
    const path = `${folder}/${name}.json`;
    writeReport(path, () => writeFileSync(path, json(result)), say);
  };
  const checks: Check[] = [
    ['helm test', () => new Helm(target).test()],
    ['smoke', () => at(smoke)],
    [
      'load',
      () =>
        at(async (_url, front) => {
          const result = await load(front, { perSecond: 20, seconds: 20 });
          keep('load', result);
          const faults = overBudget(result, { errorRatio: 0, p95Ms: Number(env.VERIFY_P95_MS || 500) });
          if (faults.length > 0) throw new Refusal(faults.join('; '));
        }),
    ],
    [
      'watch',
      () =>
        at(async (_url, front) =>
          keep(
            'watch',
            await watch(front, {
              seconds: seconds ?? 300,
              prometheusUrl: env.PROMETHEUS_URL,
              namespace: target.namespace,
              restarts: () => countRestarts(kubectl),
            }),
          ),
        ),
    ],
  ];
  return checks.filter(([name]) => (environment === 'production' ? name !== 'load' : name !== 'watch'));
}

async function smoke(url: string): Promise<void> {
  const { code, stdout } = await run(process.execPath, [SMOKE], { env: { API_URL: url } });
  process.stderr.write(stdout);
  if (code !== 0)
    throw new Refusal(
      stdout
        .split('\n')
        .filter((line) => line.startsWith('FAIL'))
        .join('; '),
    );
}

async function countRestarts(kubectl: Kubectl): Promise<number> {
  const deployment = await findDeployment(kubectl);
  if (!deployment) throw new Refusal('the Deployment does not exist');
  const pods = await kubectl.list('pods', deployment.spec.selector.matchLabels);
  return pods
    .flatMap(({ status }) => status.containerStatuses ?? [])
    .reduce((sum, { restartCount }) => sum + restartCount, 0);
}

/** Runs the checks until one fails, because later failures would hide it. */
async function inOrder(checks: Check[], say: Say): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const [name, check] of checks) {
    const since = performance.now();
    const failure = await check().then(() => undefined, messageOf);
    const seconds = (performance.now() - since) / 1000;
    outcomes.push({ name, seconds, failure });
    say(`${name}: ${failure ?? 'ok'}, ${seconds.toFixed(1)} s`);
    if (failure) break;
  }
  return outcomes;
}

interface Failed {
  environment: Verifiable;
  kubectl: Kubectl;
  history: HelmRevision[];
  deployed: HelmRevision;
  failed: Outcome;
}

/**
 * A failed release must not remain in place of a good one, and a release from which somebody rolled back must not
 * return.
 * @returns the result of the verification
 */
async function giveWay(
  { environment, kubectl, history, deployed, failed }: Failed,
  say: Say,
): Promise<Refusal> {
  const why = `${failed.name} failed in ${environment}: ${failed.failure}`;
  const passed = (await readVerified(kubectl))?.passed ?? [];
  if (hasPassed(history, deployed, passed))
    return new Refusal(`${why}; it has passed here before, so it is not rolled back`);
  const good = lastPassed(history, deployed, passed);
  if (!good) return new Refusal(`${why}; no other release has passed here, so it is not rolled back`);
  say(`${why}; returning to ${good.chart}, the last release that passed`);
  const to = await rollback({ environment, revision: good.revision }, say);
  await addPassed(kubectl, { revision: to, chart: good.chart });
  return new Refusal(`${why}; ${environment} runs ${good.chart} again`);
}

async function record(
  path: string,
  passed: Release,
  environment: Verifiable,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  writeFileSync(path, json(passed));
  await attest(imageReference(passed), EVIDENCE[`${environment}-passed`], path, env);
}
