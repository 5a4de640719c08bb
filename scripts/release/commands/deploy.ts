import { runCommand } from '../command-line.ts';
import { deploy, type Deploy } from '../deploy.ts';
import { readRelease } from '../evidence.ts';
import { Refusal } from '../refusal.ts';
import { ENVIRONMENTS } from '../target.ts';

const usage = `
usage: scripts/deploy ENV [--release FILE] [options]

Deploys a release to ENV (review, staging, production) with Helm, all or nothing, from a job or from a laptop.
Prints what will change, then Helm's words. Ends with 0 when the new release is ready, otherwise with 1 and a reason,
and then the release before it runs on.

  --release FILE        the release, release.json if absent (staging, production); FILE.sig lies beside it
  --image REF           review only: the image, as repository@sha256:…
  --chart PATH          review only: the chart's folder or package
  --host NAME           review only: the host name of its HTTPRoute or Ingress
  --timeout DURATION    how long Helm waits for the pods, 10m if absent
  --allow-older REASON  staging, production, in an emergency: deploy although a newer pipeline has passed staging, or
                        staging runs another release; the reason is kept in helm history. Signatures and evidence are
                        needed all the same

Environment:
  KUBECONFIG, KUBECONFIG_STAGING, KUBECONFIG_PRODUCTION   a kubeconfig's path; the one with the name comes first
  KUBECONFIG_STAGING_READ   production only: reads what staging runs
  NAMESPACE                 galley-ENV if absent, galley-review-IID for a review
  COSIGN_PUBLIC_KEY         staging, production: the key that images and charts are signed with
  IMAGE_DIGEST, CHART_DIGEST   when set, they have to be those of the release
  REGISTRY_PLAIN_HTTP       true for a registry without TLS
  LEASE_PATIENCE_SECONDS    how long to wait for another deploy to end, 1200 if absent
`;

const options = {
  release: { type: 'string' },
  image: { type: 'string' },
  chart: { type: 'string' },
  host: { type: 'string' },
  timeout: { type: 'string' },
  'allow-older': { type: 'string' },
} as const;

type Given = Partial<Record<keyof typeof options, string>>;

await runCommand(
  { name: 'deploy', usage, options, environments: ENVIRONMENTS },
  async (given, environment) => {
    if (given['allow-older'] !== undefined && given['allow-older'].trim().length < 8)
      throw new TypeError('--allow-older requires a reason that people can still understand next year');
    const chosen = environment === 'review' ? forReview(given) : forRelease(environment, given, process.env);
    const manner = { timeout: given.timeout, allowOlder: given['allow-older'] };
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
      '--image, --chart and --host are for a review: what goes further is named by a signed release',
    );
  const release = readRelease(path);
  for (const [variable, digest] of [
    ['IMAGE_DIGEST', release.image.digest],
    ['CHART_DIGEST', release.chart.digest],
  ] as const) {
    if (env[variable] && env[variable] !== digest)
      throw new Refusal(
        `${variable} is ${env[variable]}, and ${path} is about ${digest}: they have to be the same`,
      );
  }
  return { environment, release, releasePath: path };
}
