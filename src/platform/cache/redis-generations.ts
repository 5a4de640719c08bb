import { randomBytes } from 'node:crypto';
import { type ChainableCommander, type Redis, ReplyError } from 'ioredis';

/** Where new generations are told, as `<tag> <generation>`. */
export const CHANNEL = 'galley:cache:renewed';
/** In one slot, also of a cluster. */
const PREFIX = '{galley:cache}:tag:';
/**
 * Since somebody asked for it: anybody may ask for posts that there are not. One that ended is made anew, and its
 * entries are not found.
 */
const LIFE_SECONDS = 2 * 3600;

export const newGeneration = () => randomBytes(9).toString('base64url');

/**
 * New generations and their announcement, atomically: messages come in the order of the values. A Redis that is full
 * takes none, nor any transaction, but lets the old ones be deleted: that ends what they stand for as well.
 */
export async function publish(client: Redis, tags: readonly string[]): Promise<void> {
  const renewed = tags.map((tag) => ({ tag, generation: newGeneration() }));
  const announced = (stored: ChainableCommander) =>
    renewed.reduce((all, { tag, generation }) => all.publish(CHANNEL, `${tag} ${generation}`), stored);
  const set = renewed.reduce(
    (all, { tag, generation }) => all.set(PREFIX + tag, generation, 'EX', LIFE_SECONDS),
    client.multi(),
  );
  try {
    await allDone(announced(set));
  } catch (error) {
    if (!(error instanceof ReplyError)) throw error;
    await allDone(announced(client.pipeline().del(tags.map((tag) => PREFIX + tag))));
  }
}

/** Those that are there, and new ones for the others. */
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

/** Those that are there. @param extended which of them are kept for longer */
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

/** @throws the first refusal of any of the commands */
async function allDone(commands: ChainableCommander): Promise<unknown[]> {
  const results = (await commands.exec()) ?? [];
  for (const [error] of results) if (error) throw error;
  return results.map(([, result]) => result);
}
