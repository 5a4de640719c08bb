import { required, runCommand } from '../command-line.ts';
import { isReviewRepository } from '../review-image.ts';
import { dropReview, prepareReview } from '../review.ts';

const usage = `
usage: scripts/review up
       scripts/review down [--image REPOSITORY]

up    makes what a review release needs before scripts/deploy review: a namespace (pod security: restricted), a role and
      a database on the shared review server, the Secret that names them, and registry-secret for the pods to pull by.
      Run again it keeps every password, so that what runs goes on.
down  takes away the release, the namespace, the database and the role. It may be run twice.

  --image REPOSITORY   down only: deletes all images of the review too, those of .../review/NAME

Environment:
  KUBECONFIG or KUBECONFIG_REVIEW, NAMESPACE (galley-review-IID if absent)
  REVIEW_DATABASE_URL      the review server, as a role that may create roles and databases; never production's server
  REVIEW_DATABASE_SSL_CA   path of the PEM file of the authority that signed its certificate, where that is your own
  CI_REGISTRY, CI_DEPLOY_USER, CI_DEPLOY_PASSWORD   what registry-secret logs in to; without them there is none
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
    console.error(`review: ${action === 'up' ? 'ready for scripts/deploy review' : 'nothing is left of it'}`);
  },
);
