import { type CacheManagerStore, KeyvAdapter } from 'cache-manager';
import { redisInsStore } from 'cache-manager-ioredis-yet';
import type { Redis } from 'ioredis';
import { Keyv } from 'keyv';
import type { RedisConnection } from '../redis/redis-connection.js';

/** Contains the number of the format, so that values of older releases are not found. */
const NAMESPACE = 'galley:cache:1';

/**
 * The cache in Redis that all processes share. Every fault is a miss. Nothing waits for a write, because the reader
 * already has its response.
 *
 * Keyv serializes a value before the store of cache-manager-ioredis-yet receives it. Without Keyv, that store would
 * turn text such as `_function_…` into functions.
 * @param onMalformed is called for an entry that cannot be parsed
 */
export function createRedisStore(redis: RedisConnection, onMalformed: () => void): Keyv {
  const keyv = new Keyv({
    store: new KeyvAdapter(withoutFaults(redis)),
    namespace: NAMESPACE,
    serialize: JSON.stringify,
    deserialize: (text: string) => {
      const stored = parse(text);
      if (!stored) onMalformed();
      return stored;
    },
  });
  keyv.on('error', () => undefined); // The connection counts and logs its faults.
  return keyv;
}

/** The store of cache-manager-ioredis-yet. Each command uses the deadline and the circuit breaker of the connection. */
function withoutFaults(redis: RedisConnection): CacheManagerStore {
  const stores = new WeakMap<Redis, CacheManagerStore>();
  const storeOf = (client: Redis): CacheManagerStore => {
    let store = stores.get(client);
    // Its types are those of an older version of cache-manager.
    if (!store) stores.set(client, (store = redisInsStore(client) as unknown as CacheManagerStore));
    return store;
  };
  const attempt = <T>(command: (store: CacheManagerStore) => Promise<T>): Promise<T | undefined> =>
    redis.run((client) => command(storeOf(client))).catch(() => undefined);
  return {
    name: 'redis',
    get: (key) => attempt((store) => store.get(key)),
    mget: async (...keys) => (await attempt((store) => store.mget(...keys))) ?? keys.map(() => undefined),
    set: (key, value, ttl) => {
      void attempt((store) => store.set(key, value, ttl));
      return Promise.resolve();
    },
    mset: async (data, ttl) => void (await attempt((store) => store.mset(data, ttl))),
    del: async (key) => void (await attempt((store) => store.del(key))),
    mdel: async (...keys) => void (await attempt((store) => store.mdel(...keys))),
    ttl: async (key) => (await attempt((store) => store.ttl(key))) ?? 0,
    keys: () => Promise.resolve([]), // KEYS would block the Redis server.
  };
}

function parse(text: string): object | undefined {
  try {
    const stored: unknown = JSON.parse(text);
    return typeof stored === 'object' && stored !== null && 'value' in stored ? stored : undefined;
  } catch {
    return undefined;
  }
}
