import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { AppliedInvalidations } from '../src/platform/cache/applied-invalidations.js';
import { RedisConnection } from '../src/platform/redis/redis-connection.js';
import type { Person } from './support/builders.js';
import { createTestDatabase, type TestDatabase } from './support/database.js';
import { type Galley, startGalley } from './support/galley.js';
import { TestRedis } from './support/redis.js';
import { TcpProxy } from './support/tcp-proxy.js';
import { until } from './support/until.js';

const LOOKS = 30;
const LOOK_EVERY_MS = 100;

const PLACE = '{galley:cache}:place';
const EVERYTHING = '{galley:cache}:tag:everything';

/** A deployment of two processes with one Redis, to which a proxy leads. */
class Scene {
  private constructor(
    readonly database: TestDatabase,
    readonly redis: TestRedis,
    readonly proxy: TcpProxy,
    public processes: Galley[],
  ) {}

  static async open(keeps?: 'snapshots' | 'everything'): Promise<Scene> {
    const [database, redis] = [await createTestDatabase(), await TestRedis.start(keeps)];
    const scene = new Scene(database, redis, await TcpProxy.open({ port: redis.port }), []);
    scene.processes = await scene.startTwo();
    await scene.untilBelieved();
    return scene;
  }

  async close(): Promise<void> {
    await Promise.all(this.processes.map((each) => each.stop()));
    await this.proxy.close();
    await this.redis.remove();
    await this.database.drop();
  }

  get one(): Galley {
    return this.processes[0] as Galley;
  }

  startTwo(): Promise<Galley[]> {
    const settings = { REDIS_URL: `redis://127.0.0.1:${this.proxy.port}`, REDIS_TIMEOUT_MS: '1000' };
    return Promise.all([startGalley(settings, this.database), startGalley(settings, this.database)]);
  }

  /** Starts two new processes and ends the others, like a deployment. */
  async replaceAll(): Promise<void> {
    const before = this.processes;
    this.processes = await this.startTwo();
    await Promise.all(before.map((each) => each.stop()));
  }

  untilUp(): Promise<void> {
    return until(() => this.processes.every(({ app }) => app.get(RedisConnection).up));
  }

  untilBelieved(): Promise<void> {
    return until(() =>
      this.processes.every(({ app }) => app.get(AppliedInvalidations).believed !== undefined),
    );
  }

  /** A published post that Redis and both processes have in their caches, as a list and alone. */
  async aCachedPost(): Promise<{ id: string; author: Person }> {
    const author = await this.one.aUser({ role: 'author' });
    const { id } = await this.one.aPost({ author, status: 'published' });
    await this.untilPlaceIsLast();
    await until(async () => (await this.sightings(id)) === 2 * this.processes.length);
    return { id, author };
  }

  /** The number of addresses of all processes at which the post can be read. */
  async sightings(id: string): Promise<number> {
    const seen = this.processes.flatMap(({ anyone }) => [
      anyone.get('/api/v1/posts').then(({ text }) => text.includes(id)),
      anyone.get(`/api/v1/posts/${id}`).then(({ status }) => status === 200),
    ]);
    return (await Promise.all(seen)).filter(Boolean).length;
  }

  async sightingsForAWhile(id: string): Promise<number> {
    let seen = 0;
    for (let n = 0; n < LOOKS; n++, await delay(LOOK_EVERY_MS)) seen += await this.sightings(id);
    return seen;
  }

  async position(): Promise<number> {
    const [row] = await this.database.query(
      `SELECT max(position)::float8 AS position FROM events WHERE type = 'cache.invalidated'`,
    );
    return row?.position as number;
  }

  async placeOfRedis(): Promise<number> {
    return Number.parseInt(String(await this.redis.command('GET', PLACE)));
  }

  async untilPlaceIsLast(): Promise<void> {
    await until(async () => (await this.placeOfRedis()) >= (await this.position()));
  }

  /** Moves the consumer beyond all events. A process that is cut off does it after 30 seconds. */
  async moveConsumer(): Promise<void> {
    await until(async () => {
      const [row] = await this.database.query('SELECT count(*)::int AS n FROM events WHERE position IS NULL');
      return row?.n === 0;
    });
    await this.database.query(
      `UPDATE event_consumers SET position = (SELECT head FROM event_log) WHERE name = 'cache'`,
    );
  }
}

let scene: Scene;
afterEach(() => scene.close());

describe('a post that was unpublished', () => {
  it('does not return with a Redis that has older data', async () => {
    scene = await Scene.open('snapshots');
    const { id, author } = await scene.aCachedPost();
    await scene.redis.snapshot();
    await scene.one.as(author).post(`/api/v1/posts/${id}/unpublish`).expect(200);
    await until(async () => (await scene.sightings(id)) === 0);
    await scene.moveConsumer();
    await scene.redis.kill();
    await scene.redis.start();
    await scene.untilUp();
    expect(await scene.sightingsForAWhile(id)).toBe(0);
    await scene.untilPlaceIsLast();
    await scene.untilBelieved();
    expect(await scene.sightingsForAWhile(id)).toBe(0);
  });

  it.each([
    ['only reads', (redis: TestRedis) => redis.makeReplica(), (redis: TestRedis) => redis.makePrimary()],
    [
      'reaches no process',
      (_: TestRedis, proxy: TcpProxy) => Promise.resolve(proxy.cut()),
      (_: TestRedis, proxy: TcpProxy) => Promise.resolve(proxy.mend()),
    ],
  ])(
    'while Redis %s does not return, also if all processes were replaced meanwhile',
    async (_name, harm, heal) => {
      scene = await Scene.open();
      const { id, author } = await scene.aCachedPost();
      await harm(scene.redis, scene.proxy);
      await scene.one.as(author).post(`/api/v1/posts/${id}/unpublish`).expect(200);
      await until(async () => (await scene.sightings(id)) === 0);
      await scene.moveConsumer();
      await scene.replaceAll();
      expect(await scene.sightings(id)).toBe(0);
      await heal(scene.redis, scene.proxy);
      await scene.untilUp();
      expect(await scene.sightingsForAWhile(id)).toBe(0);
      await scene.untilPlaceIsLast();
      await scene.untilBelieved();
      expect(await scene.sightingsForAWhile(id)).toBe(0);
    },
  );
});

describe('what Redis has cached', () => {
  const generations = async (...tags: string[]) =>
    scene.redis.command('MGET', EVERYTHING, ...tags.map((tag) => `{galley:cache}:tag:${tag}`));

  it('stays valid when Redis restarts and has lost nothing, and when a process starts', async () => {
    scene = await Scene.open('everything');
    const { id } = await scene.aCachedPost();
    const before = await generations(`post:${id}`, 'posts');
    await scene.redis.kill();
    await scene.redis.start();
    await scene.untilUp();
    await scene.untilBelieved();
    await scene.replaceAll();
    await scene.untilBelieved();
    await scene.sightingsForAWhile(id);
    expect(await generations(`post:${id}`, 'posts')).toEqual(before);
  });

  it('is renewed at once if its place is not of this log: the database was restored, or is another one', async () => {
    scene = await Scene.open();
    await scene.aCachedPost();
    const before = await generations();
    await Promise.all(scene.processes.splice(0).map((each) => each.stop()));
    await scene.redis.command('SET', PLACE, `${(await scene.position()) + 1000} ${randomUUID()}`);
    scene.processes = await scene.startTwo();
    await scene.untilBelieved();
    expect(await generations()).not.toEqual(before);
    expect(await scene.placeOfRedis()).toBeLessThan((await scene.position()) + 1000);
  });
});

describe('Redis', () => {
  const isOfLog = async () => {
    const [, position, id] = /^(\d+) (.+)$/.exec(String(await scene.redis.command('GET', PLACE))) ?? [];
    const rows = await scene.database.query('SELECT 1 FROM events WHERE position = $1 AND id = $2', [
      position ?? 0,
      id ?? randomUUID(),
    ]);
    return rows.length === 1;
  };

  it.each([
    ['before', () => `1 ${randomUUID()}`],
    ['at the end of', async () => `${await scene.position()} ${randomUUID()}`],
    ['far beyond', () => `1000000 ${randomUUID()}`],
  ])(
    'is renewed by processes that run if its place becomes one %s the log, of another one',
    async (_where, place) => {
      scene = await Scene.open();
      const { id, author } = await scene.aCachedPost();
      await scene.redis.command('SET', PLACE, await place());
      // A process that asks Redis for nothing does not learn of it.
      await until(async () => (await scene.sightings(id)) > 0 && (await isOfLog()));
      await scene.one.as(author).post(`/api/v1/posts/${id}/unpublish`).expect(200);
      await until(async () => (await scene.sightings(id)) === 0);
    },
  );

  it.each<[string, ...(string | Buffer)[]]>([
    ['SET', PLACE, '99999999999999999999 1'],
    ['SET', PLACE, 'nothing'],
    ['SET', PLACE, '1'],
    ['SET', PLACE, Buffer.from([0xff, 0xfe, 0x20, 0x35])],
    ['SET', PLACE, '5 not-an-id'],
    ['RPUSH', PLACE, '1'],
    ['HSET', PLACE, 'a', '1'],
  ])(
    'is used again after something else stood in the way of its place: %s %s %s',
    async (command, ...given) => {
      scene = await Scene.open();
      await scene.aCachedPost();
      await scene.redis.command('DEL', PLACE);
      await scene.redis.command(command, ...given);
      await scene.replaceAll();
      await scene.untilBelieved();
      await until(isOfLog);
    },
  );
});

describe('a process of the release before, which does not move the place of Redis', () => {
  /** Records an invalidation and moves the consumer, as such a process does. */
  async function invalidate(tag: string, id = randomUUID()): Promise<void> {
    await scene.database.query(
      `INSERT INTO events (id, type, resource_type, is_public, is_silent, data)
       VALUES ($1, 'cache.invalidated', 'cache', false, true, $2)`,
      [id, JSON.stringify({ tags: [tag], process: 'other' })],
    );
  }
  const generation = (tag: string) => scene.redis.command('GET', `{galley:cache}:tag:${tag}`);

  it('causes no second renewal of what it renewed itself', async () => {
    scene = await Scene.open();
    await scene.aCachedPost();
    const [tag, everything] = ['renewed', await scene.redis.command('GET', EVERYTHING)];
    await scene.redis.command('SET', `{galley:cache}:tag:${tag}`, 'its-own');
    const id = randomUUID();
    await scene.redis.command('SET', `{galley:cache}:done:${id}`, '', 'EX', 60);
    await invalidate(tag, id);
    await scene.moveConsumer();
    await scene.untilPlaceIsLast();
    expect([await generation(tag), await scene.redis.command('GET', EVERYTHING)]).toEqual([
      'its-own',
      everything,
    ]);
  });

  it('does not make the others forget what it could not tell Redis', async () => {
    scene = await Scene.open();
    await scene.redis.command('SET', '{galley:cache}:tag:lost', 'old');
    await invalidate('lost');
    await scene.moveConsumer();
    await until(async () => (await generation('lost')) !== 'old');
  });
});
