import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { WindowCount } from './window-store.js';

const PREFIX = 'galley:limit:';

/** Adds one. The first request of a window sets its end by the clock of Redis. A count without an end receives one. */
const SCRIPT = `
local hits = redis.call('INCR', KEYS[1])
local left = redis.call('PTTL', KEYS[1])
if left < 0 then
  redis.call('PEXPIRE', KEYS[1], ARGV[1])
  left = tonumber(ARGV[1])
end
return {hits, left}`;
const SCRIPT_SHA = createHash('sha1').update(SCRIPT).digest('hex');

/** Counts one request atomically, in one round trip (two if Redis has lost the script). */
export async function countInRedis(client: Redis, key: string, windowMs: number): Promise<WindowCount> {
  const [hits, resetMs] = (await client
    .evalsha(SCRIPT_SHA, 1, PREFIX + key, windowMs)
    .catch((error: Error) => {
      if (!error.message.startsWith('NOSCRIPT')) throw error;
      return client.eval(SCRIPT, 1, PREFIX + key, windowMs);
    })) as [number, number];
  return { hits, resetMs };
}
