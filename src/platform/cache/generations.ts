import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import { LRUCache } from 'lru-cache';
import { AppliedInvalidations } from './applied-invalidations.js';
import { cacheSettings } from './cache.settings.js';
import { EVERYTHING } from './everything.js';
import type { Id } from '../schemas/schemas.js';
import { isBelieved, type KnownGeneration } from './known-generation.js';
import { RedisConnection } from '../redis/redis-connection.js';
import { RedisUnavailable } from '../redis/redis.errors.js';
import {
  CHANNEL,
  confirmGenerations,
  fetchGenerations,
  newGeneration,
  publish,
} from './redis-generations.js';

/** A few more than the values in the process. */
const MOST_KNOWN = 25_000;
const MOST_TRIES = 3;
/**
 * How many times generations in use are confirmed during CACHE_LOCAL_TTL_SECONDS. Each is confirmed at least half
 * of that time before it ends.
 */
const ROUNDS_PER_LIFE = 4;
const CONFIRMED_AT_ONCE = 500;
/** If this process renewed more tags while Redis did not respond, all of them are renewed. */
const MOST_OWED = 1000;
/** Redis keeps each generation for two hours. */
const EXTENDED_EVERY_MS = 30 * 60_000;

/**
 * The key of every cache entry contains the generation of each of its tags. Renewing a generation therefore makes
 * these entries unreachable, including an entry whose load started before the renewal and ends after it. All
 * processes read the generations from Redis. Each one is random, and no process uses it before Redis has stored it,
 * so that the later of two concurrent renewals is valid for both. A process uses a generation for
 * CACHE_LOCAL_TTL_SECONDS without a confirmation, which limits the effect of a lost message. Generations in use are
 * confirmed earlier, many in one round trip. Without Redis, each process has its own generations, also while Redis has missed an
 * invalidation (`AppliedInvalidations`). While Redis does not respond, generations end after that time.
 */
@Injectable()
export class Generations implements OnModuleInit {
  private readonly table = new LRUCache<string, KnownGeneration>({ max: MOST_KNOWN });
  private readonly lifeMs: number;
  private changes = 0;
  /** Undefined if the generations of the table are those of this process, otherwise since when Redis has been believed. */
  private shared: number | undefined;
  /** The tags that this process renewed and that Redis may not have stored. */
  private readonly owed = new Set<string>();
  private paying: Promise<void> | undefined;
  private asking: { tags: Set<string>; answer: Promise<Map<string, string>> } | undefined;
  private confirmAt = 0;

  constructor(
    private readonly redis: RedisConnection,
    private readonly applied: AppliedInvalidations,
    @Inject(cacheSettings.KEY) config: ConfigType<typeof cacheSettings>,
  ) {
    this.lifeMs = config.CACHE_LOCAL_TTL_SECONDS * 1000;
  }

  onModuleInit(): void {
    const hear = (message: string) => {
      const [tag, generation] = message.split(' ') as [string, string];
      this.follow();
      if (this.shared !== undefined) this.keep(tag, generation);
    };
    this.applied.onRenewed((tags) => this.distrust(tags));
    this.redis.subscribe(CHANNEL, hear, () => this.table.clear());
    this.redis.onUp(() => void this.payOwed().catch(() => undefined)); // The next reader repeats the request.
  }

  /** Returns the generations of `tags` as one text, or undefined if one of them must be read from Redis. */
  known(tags: readonly string[]): string | undefined {
    this.follow();
    const now = performance.now();
    if (this.shared !== undefined && now >= this.confirmAt) void this.confirm(now).catch(() => undefined);
    let version = '';
    for (let n = -1; n < tags.length; n++) {
      const known = this.table.get(n < 0 ? EVERYTHING : (tags[n] as string));
      if (!isBelieved(known, now)) return undefined;
      known.isAsked = true;
      version += known.generation;
    }
    return version;
  }

  /** Like `known`, but reads missing generations from Redis. */
  async learn(tags: readonly string[]): Promise<string> {
    const all = [EVERYTHING, ...tags];
    for (let attempt = 1; attempt <= MOST_TRIES; attempt++) {
      const before = this.changes;
      const unknown = all.filter((tag) => !isBelieved(this.table.peek(tag), performance.now()));
      const learnt = await this.ask(unknown);
      this.follow();
      for (const tag of unknown) if (!this.isLater(tag, before)) this.keep(tag, learnt?.get(tag));
      const version = this.known(tags);
      if (version) return version;
    }
    // The generations were renewed faster than they could be read, so the result is not shared.
    return newGeneration();
  }

  /**
   * Makes all entries with one of the tags unreachable: in this process immediately, and in all others as soon as
   * Redis has sent the message.
   * @param invalidations the ids of the events, which `apply` then leaves alone
   */
  async renew(tags: readonly string[], ...invalidations: Id[]): Promise<void> {
    this.follow();
    this.distrust(tags);
    if (!this.redis.enabled) return;
    try {
      await this.redis.run((client) => publish(client, tags, invalidations));
    } catch {
      this.owe(tags);
    }
  }

  /** True while this process cannot tell Redis what was renewed. Others may be able to. */
  get isCutOff(): boolean {
    return this.redis.enabled && (this.owed.size > 0 || this.applied.believed === undefined);
  }

  /**
   * Applies the invalidations up to a position of the log whose process could not tell Redis, because it ended or is cut off.
   * @throws if this process turns out to be cut off, because another one may be able to do it. If it was cut off before, it
   * leaves them to any process that reaches Redis, now or later: the place of Redis in the log is then before them
   */
  async apply(position: number): Promise<void> {
    if (!this.redis.enabled) return;
    const wasCutOff = this.isCutOff;
    try {
      await this.payOwed();
      await this.applied.reach(position);
    } catch (error) {
      if (!wasCutOff) throw error;
    }
  }

  /**
   * Ends the use of the generations that this process knows. It creates new ones, or reads those of Redis, which
   * another process has renewed.
   */
  distrust(tags: readonly string[]): void {
    for (const tag of tags) this.forget(tag);
  }

  /**
   * Does the same with tags that another process has renewed.
   * @param position that of the last invalidation that this process has heard of, its own included
   */
  hear(tags: readonly string[], position: number): void {
    this.distrust(tags);
    this.applied.heard(position);
  }

  /** Does the same with everything, because this process has missed a part of the log. */
  miss(head: number): void {
    this.distrust([EVERYTHING]);
    this.applied.missed(head);
  }

  /**
   * Tells Redis what it has not heard of. Readers do the same, but a process can have none that must ask Redis, while those of
   * others wait for it. If Redis refuses, for example as a replica after a failover, the next run tries again.
   */
  async catchUp(): Promise<void> {
    if (!this.redis.up) return;
    await this.payOwed()
      .then(() => this.applied.look())
      .catch(() => undefined);
  }

  /** Returns undefined if Redis does not respond or is not believed, so that each process uses its own generations. */
  private async ask(tags: string[]): Promise<Map<string, string> | undefined> {
    if (!this.redis.up) return undefined;
    try {
      if (this.isCutOff || this.paying) await this.redis.inTime(this.settled());
      if (this.isCutOff) return undefined;
      return await this.askTogether(tags);
    } catch {
      return undefined;
    }
  }

  private async settled(): Promise<void> {
    await this.payOwed();
    await this.applied.believe();
  }

  /** Callers in the same turn of the event loop share a round trip. */
  private askTogether(tags: string[]): Promise<Map<string, string>> {
    const { tags: asked, answer } = (this.asking ??= this.beginToAsk());
    for (const tag of tags) asked.add(tag);
    return answer;
  }

  private beginToAsk() {
    const asked = new Set<string>();
    const turn = new Promise((resolve) => setImmediate(resolve));
    const answer = turn.then(async () => {
      this.asking = undefined;
      const tags = [...asked];
      const { mark, generations } = await this.redis.run((client) => fetchGenerations(client, tags));
      if (!this.applied.confirms(mark)) throw new RedisUnavailable('has missed an invalidation');
      return new Map(tags.map((tag, n) => [tag, generations[n] as string]));
    });
    return { tags: asked, answer };
  }

  /** Confirms generations in use, so that readers do not wait until they are read again. */
  private async confirm(now: number): Promise<void> {
    this.confirmAt = now + this.lifeMs / ROUNDS_PER_LIFE;
    const due: string[] = [];
    this.table.forEach((known, tag) => {
      if (known.isAsked && known.isShared && isBelieved(known, now) && known.until < now + this.lifeMs / 2)
        due.push(tag);
    });
    while (due.length > 0) await this.confirmSome(due.splice(-CONFIRMED_AT_ONCE));
  }

  private async confirmSome(tags: string[]): Promise<void> {
    const before = this.changes;
    const now = performance.now();
    const extended = tags.filter(
      (tag) => now - (this.table.peek(tag)?.extendedAt ?? now) > EXTENDED_EVERY_MS,
    );
    const { mark, generations } = await this.redis.run((client) =>
      confirmGenerations(client, tags, extended),
    );
    if (!this.applied.confirms(mark)) return;
    this.follow();
    tags.forEach((tag, n) => {
      const known = this.table.peek(tag);
      const generation = generations[n];
      if (!generation || !known || this.isLater(tag, before)) return; // The next caller reads it again.
      this.keep(tag, generation, extended.includes(tag) ? now : known.extendedAt);
    });
  }

  private owe(tags: Iterable<string>): void {
    for (const tag of tags) this.owed.add(tag);
    if (this.owed.size <= MOST_OWED) return;
    this.owed.clear();
    this.owed.add(EVERYTHING);
  }

  /**
   * Returns when Redis has stored what this process renewed while it did not respond. All waiting callers share it.
   * @throws if Redis does not respond
   */
  private async payOwed(): Promise<void> {
    while (this.owed.size > 0 || this.paying)
      await (this.paying ??= this.pay().finally(() => (this.paying = undefined)));
  }

  private async pay(): Promise<void> {
    const tags = [...this.owed];
    this.owed.clear(); // What cannot be announced from now on must be renewed again.
    this.distrust(tags);
    try {
      await this.redis.run((client) => publish(client, tags));
    } catch (error) {
      this.owe(tags);
      throw error;
    }
  }

  /** Uses the generations of Redis, or those of this process while it is not believed. */
  private follow(): void {
    const { believed } = this.applied;
    if (this.shared === believed) return;
    this.shared = believed;
    this.table.clear();
  }

  private isLater(tag: string, change: number): boolean {
    return (this.table.peek(tag)?.change ?? 0) > change;
  }

  /** @param shared what Redis has. Without it, this process uses a generation of its own */
  private keep(tag: string, shared: string | undefined, extendedAt = performance.now()): void {
    this.table.set(tag, {
      generation: shared ?? newGeneration(),
      isShared: shared !== undefined,
      until: this.redis.enabled ? performance.now() + this.lifeMs : Infinity,
      extendedAt,
      isAsked: false,
      change: ++this.changes,
    });
  }

  private forget(tag: string): void {
    this.table.set(tag, {
      generation: undefined,
      isShared: false,
      until: 0,
      extendedAt: 0,
      isAsked: false,
      change: ++this.changes,
    });
  }
}
