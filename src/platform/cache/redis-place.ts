import { type Redis, ReplyError } from 'ioredis';
import type { LogPlace } from '../events/event.js';
import {
  CHANNEL,
  doneKey,
  LIFE_SECONDS,
  newGeneration,
  PLACE_KEY,
  removeGenerations,
  tagKey,
} from './redis-generations.js';

/** The text of a place in Redis: `<position> <id>`. */
export const markOf = ({ position, id }: LogPlace): string => `${position} ${id ?? ''}`;

/** Returns undefined if Redis has none, or something else. */
export function placeOf(mark: string): LogPlace | undefined {
  const [, position, id] = /^(\d{1,15}) ([\da-f-]*)$/i.exec(mark) ?? [];
  return position === undefined ? undefined : { position: Number(position), id: id || null };
}

/** Returns an empty text if Redis has no place, or something else at its key. */
export async function readMark(client: Redis): Promise<string> {
  const [mark] = await client.mget(PLACE_KEY);
  return mark && placeOf(mark) ? mark : '';
}

/** An invalidation of a tag. Without an event, it happens in any case. */
export interface MissedTag {
  eventId?: string;
  tag: string;
}

/**
 * Renews the tags whose event has no mark and moves the place, all of it or nothing, and only if the place is the expected
 * one. Another process can have moved it, or the connection can lead to a Redis that has older data than the one that was read.
 */
const ADVANCE = `
local mark = redis.pcall('GET', KEYS[1])
if type(mark) ~= 'string' or not mark:match('^%d+ [%x-]*$') or #mark:match('^%d+') > 15 then mark = '' end
if mark ~= ARGV[1] then return false end
local renewed = {}
for n = 2, #KEYS, 2 do
  if redis.call('EXISTS', KEYS[n]) == 0 then
    local tag, generation = ARGV[n + 3], ARGV[n + 4]
    redis.call('SET', KEYS[n + 1], generation, 'EX', ARGV[3])
    redis.call('PUBLISH', ARGV[4], tag .. ' ' .. generation)
    renewed[#renewed + 1] = tag
  end
end
redis.call('SET', KEYS[1], ARGV[2])
return renewed`;

/** What `advance` has done. */
export interface Advanced {
  /** The tags that it renewed. */
  tags: string[];
  /** False if Redis is full, so that it only removed the generations, and its place is the one before. */
  isStored: boolean;
}

/**
 * Renews what Redis has missed and moves its place from `from` to `to`.
 * @returns undefined if its place is not `from`
 */
export async function advance(
  client: Redis,
  missed: MissedTag[],
  { from, to }: { from: string; to: string },
): Promise<Advanced | undefined> {
  const generations = new Map(missed.map(({ tag }) => [tag, newGeneration()]));
  const keys = missed.flatMap(({ eventId, tag }) => [doneKey(eventId ?? ''), tagKey(tag)]);
  const words = missed.flatMap(({ tag }) => [tag, generations.get(tag) as string]);
  try {
    const given = [PLACE_KEY, ...keys, from, to, LIFE_SECONDS, CHANNEL, ...words];
    const tags = (await client.eval(ADVANCE, 1 + keys.length, ...given)) as string[] | null;
    return tags ? { tags: [...new Set(tags)], isStored: true } : undefined;
  } catch (error) {
    if (!(error instanceof ReplyError)) throw error;
    const tags = [...generations.keys()];
    if (tags.length > 0) await removeGenerations(client, [...generations]);
    return { tags, isStored: false };
  }
}
