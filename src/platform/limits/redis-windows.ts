import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { WindowCount } from './window-store.js';

const PREFIX = 'galley:limit:';

/**
 * Adds to a count, or nothing if the result would be above a maximum. The first request of a window sets its end by the clock
 * of Redis. A count without an end receives one.
 */
const SCRIPT = `
local hits = redis.call('INCRBY', KEYS[1], ARGV[2])
local refused = 0
if hits > tonumber(ARGV[3]) then
  hits = redis.call('DECRBY', KEYS[1], ARGV[2])
  refused = 1
end
local left = redis.call('PTTL', KEYS[1])
if left < 0 then
  redis.call('PEXPIRE', KEYS[1], ARGV[1])
  left = tonumber(ARGV[1])
end
return {hits, left, refused}`;
const SCRIPT_SHA = createHash('sha1').update(SCRIPT).digest('hex');

/** Counts requests atomically, in one round trip (two if Redis has lost the script). */
export async function countInRedis(
  client: Redis,
  key: string,
  windowMs: number,
  count: number,
  most: number,
): Promise<WindowCount> {
  const given = [PREFIX + key, windowMs, count, Math.min(most, Number.MAX_SAFE_INTEGER)] as const;
  const [hits, resetMs, refused] = (await client.evalsha(SCRIPT_SHA, 1, ...given).catch((error: Error) => {
    if (!error.message.startsWith('NOSCRIPT')) throw error;
    return client.eval(SCRIPT, 1, ...given);
  })) as [number, number, number];
  return { hits, resetMs, isRefused: refused === 1 };
}
