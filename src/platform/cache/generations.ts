import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { LRUCache } from 'lru-cache';
import { cacheSettings } from './cache.settings.js';
import { RedisConnection } from '../redis/redis-connection.js';
import { CHANNEL, fetchGenerations, newGeneration, publish } from './redis-generations.js';

/** Stands on every entry: renewing it empties the cache. */
export const EVERYTHING = 'everything';

const MOST_KNOWN = 20_000;
const MOST_TRIES = 3;

interface Known {
  /** Undefined: renewed here, and not yet learnt again. */
  generation: string | undefined;
  /** Milliseconds of performance.now(). */
  until: number;
  /** Which of all changes of this table it was. */
  change: number;
}

/**
 * The generation of each tag is part of the key of every entry with that tag:
 * renewing it makes them unfindable, also one whose load began before and ends
 * after. All processes take the generations from Redis, where each is random
 * and used by nobody before Redis has it, so that of two racing renewals the
 * later one holds for both. What is learnt is believed for
 * CACHE_LOCAL_TTL_SECONDS, which bounds a lost message. Without Redis the
 * generations are those of this process.
 */
@Injectable()
export class Generations implements OnModuleInit {
  private readonly table = new LRUCache<string, Known>({ max: MOST_KNOWN });
  private readonly lifeMs: number;
  private changes = 0;
  /** Whose generations the table holds. */
  private shared = false;
  /** Something was renewed that Redis may not know of. */
  private owing = false;
  private paying: Promise<void> | undefined;

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
    let version = '';
    for (let n = -1; n < tags.length; n++) {
      const known = this.table.get(n < 0 ? EVERYTHING : (tags[n] as string));
      if (known?.generation === undefined || known.until < now) return undefined;
      version += known.generation;
    }
    return version;
  }

  /** As `known`, asking Redis where it has to. */
  async learn(tags: readonly string[]): Promise<string> {
    const all = [EVERYTHING, ...tags];
    for (let attempt = 1; attempt <= MOST_TRIES; attempt++) {
      const before = this.changes;
      const learnt = await this.ask(all);
      all.forEach((tag, n) => {
        if ((this.table.peek(tag)?.change ?? 0) <= before) this.keep(tag, learnt[n] as string);
      });
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

  private async ask(tags: string[]): Promise<string[]> {
    if (this.redis.up) {
      try {
        while (this.owing || this.paying) await this.payOwed();
        return await this.redis.run((client) => fetchGenerations(client, tags));
      } catch {
        // then those of this process
      }
    }
    return tags.map((tag) => this.table.peek(tag)?.generation ?? newGeneration());
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

  private keep(tag: string, generation: string): void {
    const until = this.redis.enabled ? performance.now() + this.lifeMs : Infinity;
    this.table.set(tag, { generation, until, change: ++this.changes });
  }

  private forget(tag: string): void {
    this.table.set(tag, { generation: undefined, until: 0, change: ++this.changes });
  }
}
