import { Inject, Injectable } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import type { Keyv } from 'keyv';
import { cacheSettings } from './cache.settings.js';
import { Database } from '../database/database.js';
import { Logger } from '../logging/logger.js';
import { RedisConnection } from '../redis/redis-connection.js';
import { CacheRequests } from './cache-requests.js';
import { EVERYTHING, Generations } from './generations.js';
import { LocalStore, type Stored } from './local-store.js';
import { createRedisStore } from './redis-store.js';

/** Where a value is cached and until when. */
export interface CacheEntry<T = unknown> {
  /** Names the value wholly: everything that it depends on, and never who asks. */
  key: string;
  /** What it was made of: invalidating one of them ends it. */
  tags: readonly string[];
  /** Seconds, and never more than CACHE_TTL, which counts if absent; 0: not cached. */
  ttlSeconds?: number;
  /** Each process loads it for itself: a load costs no more than Redis does. */
  isLocal?: boolean;
  /** Makes the value of what JSON kept of it in Redis, which is never null. */
  revive?(plain: unknown): T;
}

/** A tenth of a life is left to chance, so that what was made together does not end together. */
const JITTER = 0.1;
const WARN_EVERY_MS = 60_000;
const never = () => false;

/**
 * A cache of two levels: this process, and Redis behind it for what is dearer to
 * load than to fetch. One caller loads what many ask for at once. null is cached
 * like any value; undefined may not be. Whatever happens to Redis is a miss.
 */
@Injectable()
export class Cache {
  private readonly local: LocalStore;
  private readonly shared: Keyv | undefined;
  private readonly flights = new Map<string, Promise<unknown>>();
  private warnedAt = -Infinity;

  constructor(
    private readonly generations: Generations,
    private readonly database: Database,
    @Inject(cacheSettings.KEY) private readonly config: ConfigType<typeof cacheSettings>,
    redis: RedisConnection,
    private readonly logger: Logger,
    private readonly requests: CacheRequests,
  ) {
    const localMs = config.CACHE_LOCAL_TTL_SECONDS * 1000;
    // With Redis a value lives as long as its generations are confirmed, which is what that setting bounds then.
    this.local = new LocalStore(redis.enabled && localMs > 0 ? Infinity : localMs);
    this.shared = redis.enabled ? createRedisStore(redis, () => this.warnOfMalformed()) : undefined;
  }

  /** What this process holds, without waiting; undefined: ask `read`. */
  held<T>({ key, tags }: CacheEntry<T>): T | undefined {
    const stored = this.kept(key, this.generations.known(tags));
    if (stored) this.requests.hit();
    return stored?.value as T | undefined;
  }

  /**
   * The cached value, else what `load` gives; of many who ask at once, one loads.
   * @param isFleeting which values serve only those who wait for them already
   */
  async read<T>(
    entry: CacheEntry<T>,
    load: () => Promise<T>,
    isFleeting: (value: T) => boolean = never,
  ): Promise<T> {
    const lifeMs = this.lifeOf(entry);
    if (lifeMs === 0) return load();
    const held = this.held(entry);
    if (held !== undefined) return held;
    if (!this.local.admits(entry.key)) {
      this.requests.miss();
      return load();
    }
    const { key, tags } = entry;
    const version = this.generations.known(tags) ?? (await this.generations.learn(tags));
    return this.once(`${key}@${version}`, async (id) => {
      const found = this.kept(key, version) ?? (await this.fetch(entry, id, version));
      if (found) {
        this.requests.hit();
        return found.value as T;
      }
      const value = await load();
      this.requests.miss();
      if (!isFleeting(value)) this.keep(entry, version, value, lifeMs);
      return value;
    });
  }

  /** Who asks while another does gets what that one gets. */
  private once<T>(id: string, work: (id: string) => Promise<T>): Promise<T> {
    const running = this.flights.get(id);
    if (running) {
      this.requests.hit();
      return running as Promise<T>;
    }
    const flight = work(id).finally(() => this.flights.delete(id));
    this.flights.set(id, flight);
    return flight;
  }

  private kept(key: string, version: string | undefined): Stored | undefined {
    if (version === undefined) return undefined;
    const stored = this.local.get(key);
    return stored?.version === version ? stored : undefined;
  }

  /** From Redis, into this process. */
  private async fetch<T>(entry: CacheEntry<T>, id: string, version: string): Promise<Stored | undefined> {
    if (!this.shared || entry.isLocal) return undefined;
    const stored = await this.shared.get<unknown>(id, { raw: true });
    if (stored?.value === undefined) return undefined;
    const { value: plain, expires } = stored;
    const value = plain !== null && entry.revive ? entry.revive(plain) : plain;
    this.local.set(entry.key, { value, version }, expires === undefined ? undefined : expires - Date.now());
    return { value };
  }

  /** An older version would take the place of a newer one here; in Redis it has a key of its own. */
  private keep<T>(entry: CacheEntry<T>, version: string, value: T, lifeMs: number): void {
    const { key, tags } = entry;
    if (this.generations.known(tags) === version) this.local.set(key, { value, version }, lifeMs);
    if (this.shared && !entry.isLocal) void this.shared.set(`${key}@${version}`, value, lifeMs);
  }

  private lifeOf({ ttlSeconds = Infinity }: CacheEntry): number {
    return Math.ceil(Math.min(ttlSeconds, this.config.CACHE_TTL) * 1000 * (1 - JITTER * Math.random()));
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
