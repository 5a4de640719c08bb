import { runCommand, secondsIn } from '../command-line.ts';
import { deploy, type Deploy } from '../deploy.ts';
import { readRelease } from '../evidence.ts';
import { Refusal } from '../refusal.ts';
import { ENVIRONMENTS } from '../target.ts';

const usage = `
usage: scripts/deploy ENV [--release FILE] [options]

Deploys a release to ENV (review, staging, production) with Helm, all or nothing, from a job or from a laptop.
Prints the changes, and then the output of Helm. Exits with 0 when the new release is ready. Otherwise it exits with 1
and a reason, and the previous release continues to run.

The command watches the new pods and ends the deploy early if they crash repeatedly, if their image cannot be pulled, if
they cannot be created, or if no node can run them. It keeps the logs, states and events of the new pods in
reports/ENV/failure/, and its last line states the cause. reports/ENV/deploy.xml (JUnit) contains the result.

  --release FILE        the release (staging, production; default: release.json). FILE.sig must be beside it
  --image REF           review only: the image, as repository@sha256:…
  --chart PATH          review only: the folder or package of the chart
  --host NAME           review only: the host name of its HTTPRoute or Ingress
  --timeout DURATION    how long Helm waits for the pods (default: 10m)
  --node-grace DURATION how long a new pod may wait for a node (default: 2m; 0s for a cluster that adds no nodes). If an
                        autoscaler reports that it adds a node, the pod may wait until the timeout
  --allow-older REASON  staging, production, in an emergency: deploys the release although a newer pipeline has passed
                        staging, or staging runs another release. helm history records the reason. Signatures and
                        evidence are still required

Environment:
  KUBECONFIG, KUBECONFIG_STAGING, KUBECONFIG_PRODUCTION   the path of a kubeconfig. The variable of ENV takes precedence
  KUBECONFIG_STAGING_READ   production only: a kubeconfig that can read the state of staging
  NAMESPACE                 default: galley-ENV, or galley-review-IID for a review
  COSIGN_PUBLIC_KEY         staging, production: the public key for the signatures of images and charts
  IMAGE_DIGEST, CHART_DIGEST   if set, they must be the digests of the release
  REGISTRY_PLAIN_HTTP       true for a registry without TLS
  LEASE_PATIENCE_SECONDS    how long to wait for another deploy to end (default: 1200)
`;

const options = {
  release: { type: 'string' },
  image: { type: 'string' },
  chart: { type: 'string' },
  host: { type: 'string' },
  timeout: { type: 'string' },
  'node-grace': { type: 'string' },
  'allow-older': { type: 'string' },
} as const;

type Given = Partial<Record<keyof typeof options, string>>;

await runCommand(
  { name: 'deploy', usage, options, environments: ENVIRONMENTS },
  async (given, environment) => {
    if (given['allow-older'] !== undefined && given['allow-older'].trim().length < 8)
      throw new TypeError(
        '--allow-older requires a reason of at least 8 characters that others can understand later',
      );
    const chosen = environment === 'review' ? forReview(given) : forRelease(environment, given, process.env);
    const manner = {
      timeout: given.timeout,
      nodeGrace: secondsIn('--node-grace', given['node-grace']),
      allowOlder: given['allow-older'],
    };
    await deploy({ ...chosen, ...manner }, (line) => console.error(`deploy: ${line}`));
  },
);

/** A review has no signed release, so its image and chart are arguments. */
function forReview({ image, chart, host }: Given): Deploy {
  const [repository = '', digest] = (image ?? '').split('@');
  if (!digest || !chart)
    throw new TypeError('a review requires --image repository@sha256:… and --chart PATH');
  const pipeline = Number(process.env.CI_PIPELINE_IID ?? 0);
  return {
    environment: 'review',
    release: { version: 'review', pipeline, image: { repository, digest } },
    chart,
    host,
  };
}

function forRelease(
  environment: 'staging' | 'production',
  { image, chart, host, release: path = 'release.json' }: Given,
  env: NodeJS.ProcessEnv,
): Deploy {
  if (image || chart || host)
    throw new TypeError(
      '--image, --chart and --host are only for a review. Staging and production require a signed release',
    );
  const release = readRelease(path);
  for (const [variable, digest] of [
    ['IMAGE_DIGEST', release.image.digest],
    ['CHART_DIGEST', release.chart.digest],
  ] as const) {
    if (env[variable] && env[variable] !== digest)
      throw new Refusal(
        `${variable} is ${env[variable]}, but ${path} contains ${digest}. They must be equal`,
      );
  }
  return { environment, release, releasePath: path };
}
