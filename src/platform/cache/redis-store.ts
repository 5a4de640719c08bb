import { type CacheManagerStore, KeyvAdapter } from 'cache-manager';
import { redisInsStore } from 'cache-manager-ioredis-yet';
import type { Redis } from 'ioredis';
import { Keyv } from 'keyv';
import type { RedisConnection } from '../redis/redis-connection.js';

/** The number is that of the format: what an older release wrote is not found. */
const NAMESPACE = 'galley:cache:1';

/**
 * The cache that all processes share, in Redis. Every fault is a miss. What is
 * written is not waited for: a reader has its answer already.
 *
 * Keyv makes one text of a value before the store of cache-manager-ioredis-yet
 * sees it: bare, that would turn text such as `_function_…` into functions.
 * @param onMalformed told of an entry that cannot be read
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
  keyv.on('error', () => undefined); // the connection counts and tells them
  return keyv;
}

/** The store of cache-manager-ioredis-yet, each command within the connection's deadline and breaker. */
function withoutFaults(redis: RedisConnection): CacheManagerStore {
  const stores = new WeakMap<Redis, CacheManagerStore>();
  const storeOf = (client: Redis): CacheManagerStore => {
    let store = stores.get(client);
    // Its types are those of an older cache-manager.
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
    keys: () => Promise.resolve([]), // KEYS blocks the server
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
