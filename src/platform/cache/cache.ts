import { Inject, Injectable } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import type { Keyv } from 'keyv';
import { cacheSettings } from './cache.settings.js';
import { Database } from '../database/database.js';
import { Events } from '../events/events.js';
import { Logger } from '../logging/logger.js';
import { RedisConnection } from '../redis/redis-connection.js';
import { cacheInvalidated } from './cache.events.js';
import { CacheRequests } from './cache-requests.js';
import { EVERYTHING } from './everything.js';
import { Generations } from './generations.js';
import { LocalStore, type Stored } from './local-store.js';
import { createRedisStore } from './redis-store.js';

/** Describes a cached value: its key, its tags and its lifetime. */
export interface CacheEntry<T = unknown> {
  /** Contains everything on which the value depends, and never the caller. */
  key: string;
  /** The tags of the data from which the value was created. Invalidating one of them invalidates the value. */
  tags: readonly string[];
  /** The lifetime in seconds, at most CACHE_TTL, which is the default. With 0, the value is not cached. */
  ttlSeconds?: number;
  /** Each process loads the value itself, because loading it is as fast as reading it from Redis. */
  isLocal?: boolean;
  /** Restores the value from its JSON in Redis, which is never null. */
  revive?(plain: unknown): T;
}

/** A tenth of the lifetime is random, so that values that were created together do not expire together. */
const JITTER = 0.1;
const WARN_EVERY_MS = 60_000;
const never = () => false;

/**
 * A cache of two levels: this process, and Redis for values that are slower to load than to fetch. If many callers
 * request a value at the same time, one of them loads it. null is cached like any value, undefined is not. Every
 * fault of Redis is a miss.
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
    private readonly events: Events,
  ) {
    const localMs = config.CACHE_LOCAL_TTL_SECONDS * 1000;
    // With Redis, a value stays here as long as its generations are confirmed, and CACHE_LOCAL_TTL_SECONDS limits
    // the time without a confirmation.
    this.local = new LocalStore(redis.enabled && localMs > 0 ? Infinity : localMs);
    this.shared = redis.enabled ? createRedisStore(redis, () => this.warnOfMalformed()) : undefined;
  }

  /** Returns the value if this process has it, without waiting. If it returns undefined, call `read`. */
  held<T>({ key, tags }: CacheEntry<T>): T | undefined {
    return this.found(key, this.generations.known(tags));
  }

  /**
   * Returns the cached value, or the result of `load`. If many callers request it at the same time, one of them
   * loads it.
   * @param isFleeting tells which values are returned only to the callers that already wait for them
   */
  async read<T>(
    entry: CacheEntry<T>,
    load: () => Promise<T>,
    isFleeting: (value: T) => boolean = never,
  ): Promise<T> {
    const lifeMs = this.lifeOf(entry);
    if (lifeMs === 0) return load();
    const { key, tags } = entry;
    const known = this.generations.known(tags);
    const held = this.found<T>(key, known);
    if (held !== undefined) return held;
    if (!this.local.admits(key)) {
      this.requests.miss();
      return load();
    }
    const version = known ?? (await this.generations.learn(tags));
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

  /** True while PostgreSQL cannot be used, so that no value can be loaded. */
  get isCutOff(): boolean {
    return !this.database.isReached;
  }

  /**
   * Returns a value of this process whose lifetime has ended, for a caller that could not load it: for
   * STALE_IF_ERROR_SECONDS, and only if its tags still have the generations with which it was stored. If
   * Redis is set and does not respond, their generations are unknown, and the result is undefined. Without Redis, only
   * the changes of this process create generations.
   */
  async stale<T>({ key, tags }: CacheEntry<T>): Promise<T | undefined> {
    const version = this.generations.known(tags) ?? (await this.generations.learn(tags));
    const stored = this.local.get(key, this.config.STALE_IF_ERROR_SECONDS * 1000);
    if (stored?.version !== version) return undefined;
    this.requests.stale();
    return stored.value as T;
  }

  /** A caller that requests a value while another one loads it receives the same result. */
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

  private found<T>(key: string, version: string | undefined): T | undefined {
    const stored = this.kept(key, version);
    if (stored) this.requests.hit();
    return stored?.value as T | undefined;
  }

  private kept(key: string, version: string | undefined): Stored | undefined {
    if (version === undefined) return undefined;
    const stored = this.local.get(key);
    return stored?.version === version ? stored : undefined;
  }

  /** Reads the value from Redis and stores it in this process. */
  private async fetch<T>(entry: CacheEntry<T>, id: string, version: string): Promise<Stored | undefined> {
    if (!this.shared || entry.isLocal) return undefined;
    const stored = await this.shared.get<unknown>(id, { raw: true });
    if (stored?.value === undefined) return undefined;
    const { value: plain, expires } = stored;
    const value = plain !== null && entry.revive ? entry.revive(plain) : plain;
    this.local.set(entry.key, { value, version }, expires === undefined ? undefined : expires - Date.now());
    return { value };
  }

  /** In this process, an older version would replace a newer one. In Redis, each version has its own key. */
  private keep<T>(entry: CacheEntry<T>, version: string, value: T, lifeMs: number): void {
    const { key, tags } = entry;
    if (this.generations.known(tags) === version) this.local.set(key, { value, version }, lifeMs);
    if (this.shared && !entry.isLocal) void this.shared.set(`${key}@${version}`, value, lifeMs);
  }

  private lifeOf({ ttlSeconds = Infinity }: CacheEntry): number {
    return Math.ceil(Math.min(ttlSeconds, this.config.CACHE_TTL) * 1000 * (1 - JITTER * Math.random()));
  }

  /**
   * Invalidates all values with one of the tags in every process, after the commit of the present transaction or
   * immediately. It is part of the transaction, so that it also happens if this process ends before.
   */
  invalidate(...tags: string[]): Promise<void> {
    return this.database.transaction(async () => {
      const [id] = await this.events.record(cacheInvalidated(tags));
      await this.database.afterCommit(() => this.generations.renew(tags, id as string));
    });
  }

  /** Invalidates all cached values in the same way. */
  invalidateAll(): Promise<void> {
    return this.invalidate(EVERYTHING);
  }

  private warnOfMalformed(): void {
    if (performance.now() - this.warnedAt < WARN_EVERY_MS) return;
    this.warnedAt = performance.now();
    this.logger.warn({}, 'a cached value in redis is not readable and is loaded again');
  }
}
