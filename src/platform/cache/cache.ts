import { Inject, Injectable } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { type Cache as CacheLevels, createCache } from 'cache-manager';
import { Keyv } from 'keyv';
import { cacheSettings } from './cache.settings.js';
import { Database } from '../database/database.js';
import { Logger } from '../logging/logger.js';
import { Metrics } from '../metrics/registry.js';
import { RedisConnection } from '../redis/redis-connection.js';
import { EVERYTHING, Generations } from './generations.js';
import { LocalStore, type Stored } from './local-store.js';
import { createRedisStore } from './redis-store.js';

/** Where a value is cached and until when. */
export interface CacheEntry {
  /** Names the value wholly: everything that it depends on, and never who asks. */
  key: string;
  /** What it was made of: invalidating one of them ends it. */
  tags: readonly string[];
  /** Seconds, and never more than CACHE_TTL, which counts if absent; 0: not cached. */
  ttlSeconds?: number;
}

/** A tenth of a life is left to chance, so that what was made together does not end together. */
const JITTER = 0.1;
/** cache-manager takes 0 for a life without end. */
const SHORTEST_MS = 1;
const WARN_EVERY_MS = 60_000;

/**
 * A cache of two levels: this process (at most CACHE_LOCAL_TTL_SECONDS) and
 * Redis behind it, through cache-manager, which also lets one caller load what
 * many ask for at once. null is cached like any value; undefined may not be.
 * Whatever happens to Redis is a miss.
 */
@Injectable()
export class Cache {
  private readonly local: LocalStore;
  private readonly levels: CacheLevels;
  private readonly requests;
  private warnedAt = -Infinity;

  constructor(
    private readonly generations: Generations,
    private readonly database: Database,
    @Inject(cacheSettings.KEY) private readonly config: ConfigType<typeof cacheSettings>,
    redis: RedisConnection,
    private readonly logger: Logger,
    metrics: Metrics,
  ) {
    this.local = new LocalStore(config.CACHE_LOCAL_TTL_SECONDS * 1000);
    const inProcess = new Keyv({ store: this.local, serialize: undefined, deserialize: undefined });
    const shared = redis.enabled ? [createRedisStore(redis, () => this.warnOfMalformed())] : [];
    this.levels = createCache({ stores: [inProcess, ...shared] });
    this.requests = countRequests(metrics);
  }

  /** What this process holds, without waiting; undefined: ask `read`. */
  held<T>(entry: CacheEntry): T | undefined {
    const version = this.generations.known(entry.tags);
    if (version === undefined) return undefined;
    const stored = this.local.get(`${entry.key}@${version}`) as (Stored & { value: T }) | undefined;
    if (stored === undefined || (stored.expires ?? Infinity) < Date.now()) return undefined;
    this.requests.hit();
    return stored.value;
  }

  /**
   * The cached value, else what `load` gives; of many who ask at once, one loads.
   * @param isFleeting which values serve only those who wait for them already
   */
  async read<T>(
    entry: CacheEntry,
    load: () => Promise<T>,
    isFleeting: (value: T) => boolean = () => false,
  ): Promise<T> {
    const { key, tags } = entry;
    const ttlSeconds = Math.min(entry.ttlSeconds ?? Infinity, this.config.CACHE_TTL);
    if (ttlSeconds === 0) return load();
    const version = this.generations.known(tags) ?? (await this.generations.learn(tags));
    let loaded = false;
    const ttl = Math.ceil(ttlSeconds * 1000 * (1 - JITTER * Math.random()));
    const value = await this.levels.wrap(
      `${key}@${version}`,
      () => {
        loaded = true;
        return load();
      },
      { ttl: (value) => (isFleeting(value) ? SHORTEST_MS : ttl) },
    );
    if (loaded) this.requests.miss();
    else this.requests.hit();
    return value;
  }

  /**
   * Ends all values with one of the tags, in every process, once the present
   * transaction is committed; at once where there is none.
   */
  invalidate(...tags: string[]): Promise<void> {
    return this.database.afterCommit(() => this.generations.renew(tags));
  }

  /** Ends everything that is cached, likewise. */
  invalidateAll(): Promise<void> {
    return this.invalidate(EVERYTHING);
  }

  private warnOfMalformed(): void {
    if (performance.now() - this.warnedAt < WARN_EVERY_MS) return;
    this.warnedAt = performance.now();
    this.logger.warn({}, 'a cached value in redis is not readable and is loaded again');
  }
}

function countRequests(metrics: Metrics) {
  let [hits, misses] = [0, 0];
  const counter = metrics.counter({
    name: 'cache_requests_total',
    help: 'Number of cache lookups by result: hit, or miss if the value was loaded.',
    labelNames: ['result'],
  });
  metrics.gauge({
    name: 'cache_hit_rate',
    help: 'Cache hits in percent since the process started. For several processes, use the ratio of cache_requests_total.',
    collect() {
      this.set(hits + misses === 0 ? 0 : (100 * hits) / (hits + misses));
    },
  });
  return {
    hit: () => {
      hits++;
      counter.inc({ result: 'hit' });
    },
    miss: () => {
      misses++;
      counter.inc({ result: 'miss' });
    },
  };
}
