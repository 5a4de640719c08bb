import { randomBytes } from 'node:crypto';
import { type ChainableCommander, type Redis, ReplyError } from 'ioredis';

/** The channel that announces new generations as `<tag> <generation>`. */
export const CHANNEL = 'galley:cache:renewed';
/** All keys are in the same slot of a cluster. */
const PREFIX = '{galley:cache}:tag:';
const DONE = '{galley:cache}:done:';
/** The place in the log of events up to which Redis has applied all invalidations. It does not expire. */
export const PLACE_KEY = '{galley:cache}:place';
/** Much longer than a worker waits before it looks whether an invalidation was applied. */
const DONE_SECONDS = 60;
/**
 * The lifetime after the last request, because callers can request resources that do not exist. A generation that has
 * expired is created again, so its entries are not found.
 */
export const LIFE_SECONDS = 2 * 3600;

export const newGeneration = () => randomBytes(9).toString('base64url');
export const tagKey = (tag: string) => PREFIX + tag;
/** The key of the mark of an invalidation that its own process has applied. */
export const doneKey = (id: string) => DONE + id;

/** Generations, and the place in the log that Redis had at the same moment: an empty text if it had none. */
export interface Found<T> {
  mark: string;
  generations: T[];
}

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
  const renewed = tags.map((tag): [string, string] => [tag, newGeneration()]);
  const set = renewed.reduce(
    (all, [tag, generation]) => all.set(tagKey(tag), generation, 'EX', LIFE_SECONDS),
    invalidations.reduce((all, id) => all.set(doneKey(id), '', 'EX', DONE_SECONDS), client.multi()),
  );
  try {
    await allDone(announced(renewed, set));
  } catch (error) {
    if (!(error instanceof ReplyError)) throw error;
    await removeGenerations(client, renewed);
  }
}

/** Removes the generations of tags from a Redis that is full, and announces new ones. */
export async function removeGenerations(client: Redis, renewed: [string, string][]): Promise<void> {
  await allDone(announced(renewed, client.pipeline().del(renewed.map(([tag]) => tagKey(tag)))));
}

const announced = (renewed: [string, string][], commands: ChainableCommander) =>
  renewed.reduce((all, [tag, generation]) => all.publish(CHANNEL, `${tag} ${generation}`), commands);

/** Returns the existing generations, and creates the others. */
export async function fetchGenerations(client: Redis, tags: string[]): Promise<Found<string>> {
  const keys = tags.map(tagKey);
  const kept = keys.reduce(
    (all, key) => all.expire(key, LIFE_SECONDS),
    client.pipeline().mget([PLACE_KEY, ...keys]),
  );
  const [values] = (await allDone(kept)) as [(string | null)[]];
  const found = foundIn(values);
  if (isComplete(found)) return found;
  const absent = keys.filter((_key, n) => found.generations[n] === null);
  await Promise.all(absent.map((key) => client.set(key, newGeneration(), 'EX', LIFE_SECONDS, 'NX')));
  const made = foundIn(await client.mget([PLACE_KEY, ...keys]));
  if (!isComplete(made)) throw new Error('Redis does not store generations');
  return made;
}

const foundIn = ([mark, ...generations]: (string | null)[]): Found<string | null> => ({
  mark: mark ?? '',
  generations,
});

const isComplete = (found: Found<string | null>): found is Found<string> =>
  found.generations.every((generation) => generation !== null);

/**
 * Returns the existing generations.
 * @param extended the tags whose lifetime is extended
 */
export async function confirmGenerations(
  client: Redis,
  tags: string[],
  extended: string[],
): Promise<Found<string | null>> {
  const found = client.pipeline().mget([PLACE_KEY, ...tags.map(tagKey)]);
  const [values] = await allDone(extended.reduce((all, tag) => all.expire(tagKey(tag), LIFE_SECONDS), found));
  return foundIn(values as (string | null)[]);
}

/** @throws the first error of any of the commands */
async function allDone(commands: ChainableCommander): Promise<unknown[]> {
  const results = (await commands.exec()) ?? [];
  for (const [error] of results) if (error) throw error;
  return results.map(([, result]) => result);
}
