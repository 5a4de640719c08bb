import { required, runCommand } from '../command-line.ts';
import { publish, publishReview } from '../publish.ts';

const usage = `
usage: scripts/publish [--review NAME]

Builds the image of this commit once (scripts/build-image), packages the chart as X.Y.Z-PIPELINE.gCOMMIT, pushes both,
and writes release.json (the release and its digests) and release.env (the digests as variables of a job).

  --review NAME   builds and pushes an image for a review alone, as review/NAME:COMMIT; writes release.env only

Environment:
  CI_REGISTRY_IMAGE   where to push: below it galley and charts/galley, or review; buildah and helm are logged in
  CI_COMMIT_SHA, CI_PIPELINE_IID, CI_COMMIT_TIMESTAMP   what is built, and in which pipeline
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
