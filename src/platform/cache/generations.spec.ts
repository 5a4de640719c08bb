import { describe, expect, it, jest } from '@jest/globals';
import type { CacheSettings } from './cache.settings.js';
import type { RedisConnection } from '../redis/redis-connection.js';
import type { AppliedInvalidations } from './applied-invalidations.js';
import { Generations } from './generations.js';

/** A Redis whose announcements succeed or fail one by one as the test decides. It counts them. */
class FakeRedis {
  readonly enabled = true;
  up = true;
  /** True if it only reads. */
  isReplica = false;
  readonly announcements: { succeed(): void; fail(): void }[] = [];
  private readonly values = new Map<string, string>();
  private readonly client = {
    multi: () => this.commands(true),
    pipeline: () => this.commands(false),
    set: (key: string, value: string) => Promise.resolve(this.values.set(key, value)),
    mget: (keys: string[]) => Promise.resolve(keys.map((key) => this.values.get(key) ?? null)),
  };

  subscribe(): void {}
  inTime = <T>(work: Promise<T>): Promise<T> => work;
  onUp(): void {}

  run<T>(command: (client: unknown) => Promise<T>): Promise<T> {
    return command(this.client);
  }

  private commands(announces: boolean) {
    const work: (() => unknown)[] = [];
    const chain = {
      set: (key: string, value: string) => (work.push(() => this.values.set(key, value)), chain),
      mget: (keys: string[]) => (work.push(() => keys.map((key) => this.values.get(key) ?? null)), chain),
      expire: () => (work.push(() => this.refuseIfReplica()), chain),
      publish: () => (work.push(() => 1), chain),
      exec: async () => {
        if (announces) await this.permission();
        return work.map((step) => [null, step()]);
      },
    };
    return chain;
  }

  private refuseIfReplica(): void {
    if (this.isReplica) throw new Error('READONLY');
  }

  private permission(): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.announcements.push({ succeed: resolve, fail: () => reject(new Error('no answer')) });
    return promise;
  }
}

/** Believes Redis when it is asked, and confirms what the test says. */
class FakeApplied {
  believed: number | undefined;
  hasLost = false;
  private era = 1;

  onRenewed(): void {}

  believe(): Promise<void> {
    this.believed ??= ++this.era;
    return Promise.resolve();
  }

  confirms(): boolean {
    if (this.hasLost) this.believed = undefined;
    return !this.hasLost;
  }
}

const generationsOn = (redis: FakeRedis, applied = new FakeApplied()) =>
  new Generations(
    redis as unknown as RedisConnection,
    applied as unknown as AppliedInvalidations,
    { CACHE_LOCAL_TTL_SECONDS: 300 } as CacheSettings,
  );
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('a renewal that Redis did not hear of', () => {
  it('while an earlier one is made up for is made up for as well', async () => {
    const redis = new FakeRedis();
    const generations = generationsOn(redis);
    const first = generations.renew(['a']);
    redis.announcements[0]?.fail();
    await first;
    const reader = generations.learn(['b']); // This finds what must be renewed again, and renews it.
    await settled();
    const second = generations.renew(['b']);
    redis.announcements[2]?.fail();
    await second;
    redis.announcements[1]?.succeed();
    await settled();
    expect(redis.announcements).toHaveLength(4);
    redis.announcements[3]?.succeed();
    await reader;
  });

  it('is made up for once, however many readers find out', async () => {
    const redis = new FakeRedis();
    const generations = generationsOn(redis);
    const renewal = generations.renew(['a']);
    redis.announcements[0]?.fail();
    await renewal;
    const readers = Array.from({ length: 200 }, () => generations.learn(['a']));
    await settled();
    expect(redis.announcements).toHaveLength(2);
    redis.announcements[1]?.succeed();
    expect(new Set(await Promise.all(readers)).size).toBe(1);
  });
});

describe('a Redis that has lost an invalidation', () => {
  it('is not believed: the process uses its own generations until Redis has what it missed', async () => {
    const [redis, applied] = [new FakeRedis(), new FakeApplied()];
    const generations = generationsOn(redis, applied);
    const before = await generations.learn(['a']);
    expect(await generations.learn(['a'])).toBe(before);
    applied.hasLost = true;
    const own = await generations.learn(['b']);
    expect(generations.known(['b'])).toBe(own);
    expect(generations.known(['a'])).toBeUndefined();
    applied.hasLost = false;
    expect(await generations.learn(['a'])).toBe(before);
    expect(generations.known(['b'])).not.toBe(own);
  });
});

describe('a generation that a process made because Redis only reads', () => {
  it('is not replaced by the one before, which Redis still has', async () => {
    const clock = jest.spyOn(performance, 'now');
    const start = performance.now();
    const redis = new FakeRedis();
    const generations = generationsOn(redis);
    const before = await generations.learn(['a']);
    redis.isReplica = true;
    generations.distrust(['a']);
    const own = await generations.learn(['a']);
    expect(own).not.toBe(before);
    clock.mockReturnValue(start + 200_000); // More than half of the time for which it is believed.
    generations.known(['a']);
    await settled();
    expect(generations.known(['a'])).toBe(own);
    clock.mockRestore();
  });
});
