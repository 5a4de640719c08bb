import { Refusal } from './refusal.ts';
import { run } from './run.ts';

/**
 * The repository for the images of one review only. A registry deletes by digest, and two merge requests with the
 * same content have the same digest.
 */
export const reviewRepository = (registry: string, name: string): string => `${registry}/review/${name}`;

export const isReviewRepository = (repository: string): boolean => /\/review\/[^/:@]+$/.test(repository);

/** Deletes all images of a review. An image that does not exist is not an error. */
export async function deleteImages(repository: string, env = process.env): Promise<void> {
  const tls = env.REGISTRY_PLAIN_HTTP === 'true' ? ['--tls-verify=false'] : [];
  const ask = async (command: string, reference: string): Promise<string | undefined> => {
    const { code, stdout, stderr } = await run('skopeo', [command, ...tls, `docker://${reference}`]);
    if (code === 0) return stdout;
    if (/(manifest|name) unknown|not found/i.test(stderr)) return undefined;
    throw new Refusal(`cannot delete ${reference}: ${stderr.trim()}`);
  };
  const listed = (await ask('list-tags', repository)) ?? '{}';
  const { Tags: tags } = JSON.parse(listed) as { Tags?: string[] | null };
  for (const tag of tags ?? []) await ask('delete', `${repository}:${tag}`);
}
