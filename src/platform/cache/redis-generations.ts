import { randomBytes } from 'node:crypto';
import { type ChainableCommander, type Redis, ReplyError } from 'ioredis';

/** The channel that announces new generations as `<tag> <generation>`. */
export const CHANNEL = 'galley:cache:renewed';
/** All keys are in the same slot of a cluster. */
const PREFIX = '{galley:cache}:tag:';
const DONE = '{galley:cache}:done:';
/** Much longer than a worker waits before it looks whether an invalidation was applied. */
const DONE_SECONDS = 60;
/**
 * The lifetime after the last request, because callers can request resources that do not exist. A generation that has
 * expired is created again, so its entries are not found.
 */
const LIFE_SECONDS = 2 * 3600;

export const newGeneration = () => randomBytes(9).toString('base64url');

/**
 * Stores and announces new generations atomically, so that messages arrive in the order of the values. If its
 * memory is full, Redis rejects the values and all transactions, but allows deleting the old generations, which
 * also makes their entries unreachable.
 * @param invalidations are remembered as applied
 */
export async function publish(
  client: Redis,
  tags: readonly string[],
  invalidations: readonly string[] = [],
): Promise<void> {
  const renewed = tags.map((tag) => ({ tag, generation: newGeneration() }));
  const announced = (stored: ChainableCommander) =>
    renewed.reduce((all, { tag, generation }) => all.publish(CHANNEL, `${tag} ${generation}`), stored);
  const set = renewed.reduce(
    (all, { tag, generation }) => all.set(PREFIX + tag, generation, 'EX', LIFE_SECONDS),
    invalidations.reduce((all, id) => all.set(DONE + id, '', 'EX', DONE_SECONDS), client.multi()),
  );
  try {
    await allDone(announced(set));
  } catch (error) {
    if (!(error instanceof ReplyError)) throw error;
    await allDone(announced(client.pipeline().del(tags.map((tag) => PREFIX + tag))));
  }
}

/** Returns the invalidations that no process has applied. */
export async function withoutMark(client: Redis, invalidations: string[]): Promise<Set<string>> {
  const marks = await client.mget(invalidations.map((id) => DONE + id));
  return new Set(invalidations.filter((_id, n) => marks[n] === null));
}

/** Returns the existing generations, and creates the others. */
export async function fetchGenerations(client: Redis, tags: string[]): Promise<string[]> {
  const keys = tags.map((tag) => PREFIX + tag);
  const kept = keys.reduce((all, key) => all.expire(key, LIFE_SECONDS), client.pipeline().mget(keys));
  const [found] = (await allDone(kept)) as [(string | null)[]];
  if (found.every((generation) => generation !== null)) return found;
  const absent = keys.filter((_key, n) => found[n] === null);
  await Promise.all(absent.map((key) => client.set(key, newGeneration(), 'EX', LIFE_SECONDS, 'NX')));
  const made = await client.mget(keys);
  if (made.some((generation) => generation === null)) throw new Error('Redis does not store generations');
  return made as string[];
}

/**
 * Returns the existing generations.
 * @param extended the tags whose lifetime is extended
 */
export async function confirmGenerations(
  client: Redis,
  tags: string[],
  extended: string[],
): Promise<(string | null)[]> {
  const found = client.pipeline().mget(tags.map((tag) => PREFIX + tag));
  const [generations] = await allDone(
    extended.reduce((all, tag) => all.expire(PREFIX + tag, LIFE_SECONDS), found),
  );
  return generations as (string | null)[];
}

/** @throws the first error of any of the commands */
async function allDone(commands: ChainableCommander): Promise<unknown[]> {
  const results = (await commands.exec()) ?? [];
  for (const [error] of results) if (error) throw error;
  return results.map(([, result]) => result);
}
