import { required, runCommand } from '../command-line.ts';
import { publish, publishReview } from '../publish.ts';

const usage = `
usage: scripts/publish [--review NAME]

Builds the image of this commit once (scripts/build-image), packages the chart as X.Y.Z-PIPELINE.gCOMMIT, and pushes
both. Writes release.json (the release and its digests) and release.env (the digests as variables for later jobs).

  --review NAME   builds and pushes only the image of a review, as review/NAME:COMMIT, and writes only release.env

Environment:
  CI_REGISTRY_IMAGE   the registry and path, below which galley and charts/galley, or review, are pushed. buildah and
                      helm must be logged in
  CI_COMMIT_SHA, CI_PIPELINE_IID, CI_COMMIT_TIMESTAMP   the commit, the number of the pipeline, and the time
  CI_PROJECT_URL      if set, the alerts of the chart link to the runbooks of this commit there
  REGISTRY_PLAIN_HTTP   true for a registry without TLS
`;

await runCommand({ name: 'publish', usage, options: { review: { type: 'string' } } }, async ({ review }) => {
  const { env } = process;
  const say = (line: string) => console.error(`publish: ${line}`);
  const registry = required(env, 'CI_REGISTRY_IMAGE', 'the registry and path to push to');
  const commit = required(env, 'CI_COMMIT_SHA', 'the full hash of the commit');
  if (review) return publishReview({ registry, name: review, commit }, say);
  await publish(
    {
      registry,
      commit,
      pipeline: Number(required(env, 'CI_PIPELINE_IID', 'the number of the pipeline in its project')),
      createdAt: env.CI_COMMIT_TIMESTAMP ?? new Date().toISOString(),
    },
    say,
  );
});
