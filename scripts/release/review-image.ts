import { Refusal } from './refusal.ts';
import { run } from './run.ts';

/**
 * Where the images of one review are, and nobody else's: a registry deletes by
 * digest, and two merge requests with the same content have the same digest.
 */
export const reviewRepository = (registry, name) => `${registry}/review/${name}`;

export const isReviewRepository = (repository) => /\/review\/[^/:@]+$/.test(repository);

/** Deletes every image of a review. What is gone already is no fault. */
export async function deleteImages(repository, env = process.env) {
  const tls = env.REGISTRY_PLAIN_HTTP === 'true' ? ['--tls-verify=false'] : [];
  const ask = async (command, reference) => {
    const { code, stdout, stderr } = await run('skopeo', [command, ...tls, `docker://${reference}`]);
    if (code === 0) return stdout;
    if (/(manifest|name) unknown|not found/i.test(stderr)) return undefined;
    throw new Refusal(`cannot delete ${reference}: ${stderr.trim()}`);
  };
  const { Tags: tags } = JSON.parse((await ask('list-tags', repository)) ?? '{}');
  for (const tag of tags ?? []) await ask('delete', `${repository}:${tag}`);
}
