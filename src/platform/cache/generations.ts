import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { LRUCache } from 'lru-cache';
import { cacheSettings } from './cache.settings.js';
import { RedisConnection } from '../redis/redis-connection.js';
import {
  CHANNEL,
  confirmGenerations,
  fetchGenerations,
  newGeneration,
  publish,
} from './redis-generations.js';

/** Stands on every entry: renewing it empties the cache. */
export const EVERYTHING = 'everything';

/** A few more than there are values in the process. */
const MOST_KNOWN = 25_000;
const MOST_TRIES = 3;
/** So often in the life of a belief those that are in use are confirmed, half a life before their end. */
const ROUNDS_PER_LIFE = 4;
const CONFIRMED_AT_ONCE = 500;
/** Redis keeps each for two hours. */
const EXTENDED_EVERY_MS = 30 * 60_000;

interface KnownGeneration {
  /** Undefined: renewed here, and not yet learnt again. */
  generation: string | undefined;
  /** Milliseconds of performance.now(). */
  until: number;
  /** When Redis was last told to keep it. */
  extendedAt: number;
  /** Somebody asked for it since it was learnt or confirmed. */
  isAsked: boolean;
  /** Which of all changes of this table it was. */
  change: number;
}

/**
 * The generation of each tag is part of the key of every entry with that tag:
 * renewing it makes them unfindable, also one whose load began before and ends
 * after. All processes take the generations from Redis, where each is random
 * and used by nobody before Redis has it, so that of two racing renewals the
 * later one holds for both. What is learnt is believed for
 * CACHE_LOCAL_TTL_SECONDS, which bounds a lost message; what is in use is
 * confirmed before that, many in one round trip. Without Redis the generations
 * are those of this process, and while it does not answer they end with the belief.
 */
@Injectable()
export class Generations implements OnModuleInit {
  private readonly table = new LRUCache<string, KnownGeneration>({ max: MOST_KNOWN });
  private readonly lifeMs: number;
  private changes = 0;
  /** Whose generations the table holds. */
  private shared = false;
  /** Something was renewed that Redis may not know of. */
  private owing = false;
  private paying: Promise<void> | undefined;
  private asking: { tags: Set<string>; answer: Promise<Map<string, string>> } | undefined;
  private confirmAt = 0;

  constructor(
    private readonly redis: RedisConnection,
    @Inject(cacheSettings.KEY) config: ConfigType<typeof cacheSettings>,
  ) {
    this.lifeMs = config.CACHE_LOCAL_TTL_SECONDS * 1000;
  }

  onModuleInit(): void {
    const hear = (message: string) => {
      const [tag, generation] = message.split(' ') as [string, string];
      if (this.shared) this.keep(tag, generation);
    };
    this.redis.subscribe(CHANNEL, hear, () => this.table.clear());
    this.redis.onUp(() => void this.payOwed().catch(() => undefined)); // then the next reader pays
  }

  /** The generations of `tags` as one text; undefined when one has to be learnt. */
  known(tags: readonly string[]): string | undefined {
    this.follow();
    const now = performance.now();
    if (this.shared && now >= this.confirmAt) void this.confirm(now).catch(() => undefined);
    let version = '';
    for (let n = -1; n < tags.length; n++) {
      const known = this.table.get(n < 0 ? EVERYTHING : (tags[n] as string));
      if (!isBelieved(known, now)) return undefined;
      known.isAsked = true;
      version += known.generation;
    }
    return version;
  }

  /** As `known`, asking Redis where it has to. */
  async learn(tags: readonly string[]): Promise<string> {
    const all = [EVERYTHING, ...tags];
    for (let attempt = 1; attempt <= MOST_TRIES; attempt++) {
      const before = this.changes;
      const unknown = all.filter((tag) => !isBelieved(this.table.peek(tag), performance.now()));
      const learnt = await this.ask(unknown);
      for (const tag of unknown)
        if (!this.isLater(tag, before)) this.keep(tag, learnt?.get(tag) ?? newGeneration());
      const version = this.known(tags);
      if (version) return version;
    }
    return newGeneration(); // renewed faster than it could be learnt: shared with nobody
  }

  /** Makes all entries with one of the tags unfindable: here at once, everywhere as soon as Redis tells it. */
  async renew(tags: readonly string[]): Promise<void> {
    this.follow();
    for (const tag of tags) this.forget(tag);
    if (!this.redis.enabled) return;
    try {
      await this.redis.run((client) => publish(client, tags));
    } catch {
      this.owing = true;
    }
  }

  /** Undefined: Redis does not answer, and each process has its own. */
  private async ask(tags: string[]): Promise<Map<string, string> | undefined> {
    if (!this.redis.up) return undefined;
    try {
      while (this.owing || this.paying) await this.payOwed();
      return await this.askTogether(tags);
    } catch {
      return undefined;
    }
  }

  /** Those who ask in the same turn of the event loop share a round trip. */
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
      const found = await this.redis.run((client) => fetchGenerations(client, tags));
      return new Map(tags.map((tag, n) => [tag, found[n] as string]));
    });
    return { tags: asked, answer };
  }

  /** So that no reader of what is in use waits for it to be learnt again. */
  private async confirm(now: number): Promise<void> {
    this.confirmAt = now + this.lifeMs / ROUNDS_PER_LIFE;
    const due: string[] = [];
    this.table.forEach((known, tag) => {
      if (known.isAsked && isBelieved(known, now) && known.until < now + this.lifeMs / 2) due.push(tag);
    });
    while (due.length > 0) await this.confirmSome(due.splice(-CONFIRMED_AT_ONCE));
  }

  private async confirmSome(tags: string[]): Promise<void> {
    const before = this.changes;
    const now = performance.now();
    const extended = tags.filter(
      (tag) => now - (this.table.peek(tag)?.extendedAt ?? now) > EXTENDED_EVERY_MS,
    );
    const found = await this.redis.run((client) => confirmGenerations(client, tags, extended));
    tags.forEach((tag, n) => {
      const known = this.table.peek(tag);
      const generation = found[n];
      if (!generation || !known || this.isLater(tag, before)) return; // who asks next learns it
      this.keep(tag, generation, extended.includes(tag) ? now : known.extendedAt);
    });
  }

  /** What was renewed while Redis did not answer is not listed: everything is, once for all who wait. */
  private payOwed(): Promise<void> {
    return (this.paying ??= this.pay().finally(() => (this.paying = undefined)));
  }

  private async pay(): Promise<void> {
    if (!this.owing) return;
    this.owing = false; // what cannot be announced from here on is owed anew
    this.forget(EVERYTHING);
    try {
      await this.redis.run((client) => publish(client, [EVERYTHING]));
    } catch (error) {
      this.owing = true;
      throw error;
    }
  }

  /** With Redis its generations count, without it those of this process. */
  private follow(): void {
    if (this.shared === this.redis.up) return;
    this.shared = this.redis.up;
    this.table.clear();
  }

  private isLater(tag: string, change: number): boolean {
    return (this.table.peek(tag)?.change ?? 0) > change;
  }

  private keep(tag: string, generation: string, extendedAt = performance.now()): void {
    const until = this.redis.enabled ? performance.now() + this.lifeMs : Infinity;
    this.table.set(tag, { generation, until, extendedAt, isAsked: false, change: ++this.changes });
  }

  private forget(tag: string): void {
    this.table.set(tag, {
      generation: undefined,
      until: 0,
      extendedAt: 0,
      isAsked: false,
      change: ++this.changes,
    });
  }
}

const isBelieved = (
  known: KnownGeneration | undefined,
  now: number,
): known is KnownGeneration & { generation: string } => known?.generation !== undefined && known.until >= now;
