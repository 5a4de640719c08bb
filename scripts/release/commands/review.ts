import { required, runCommand } from '../command-line.ts';
import { isReviewRepository } from '../review-image.ts';
import { dropReview, prepareReview } from '../review.ts';

const usage = `
usage: scripts/review up
       scripts/review down [--image REPOSITORY]

up    creates what a review requires before scripts/deploy review: a namespace (pod security: restricted), a role and a
      database on the shared review server, the Secret with its settings, and registry-secret to pull the image. You can
      run it again: it keeps every password, so that running pods continue to work.
down  deletes the release, the namespace, the database and the role. You can run it again.

  --image REPOSITORY   down only: also deletes all images of the review, .../review/NAME

Environment:
  KUBECONFIG or KUBECONFIG_REVIEW, NAMESPACE (default: galley-review-IID)
  REVIEW_DATABASE_URL      the review server, with a role that can create roles and databases. Never use the server of
                           production
  REVIEW_DATABASE_SSL_CA   the path of a PEM file with the authority of its certificate, if it is your own
  CI_REGISTRY, CI_DEPLOY_USER, CI_DEPLOY_PASSWORD   the login in registry-secret; without them, it is not created
  REGISTRY_PLAIN_HTTP      true for a registry without TLS
`;

await runCommand(
  { name: 'review', usage, options: { image: { type: 'string' } }, environments: ['up', 'down'] },
  async ({ image }, action) => {
    if (image && !isReviewRepository(image))
      throw new TypeError(
        `--image must be the repository of one review, REGISTRY/review/NAME, but is ${image}`,
      );
    const url = required(process.env, 'REVIEW_DATABASE_URL', 'the shared review server');
    const authority = process.env.REVIEW_DATABASE_SSL_CA;
    await (action === 'up' ? prepareReview(url, authority) : dropReview(url, authority, image));
    console.error(
      `review: ${action === 'up' ? 'ready for scripts/deploy review' : 'everything was deleted'}`,
    );
  },
);
