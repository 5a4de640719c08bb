/**
 * Kills a process with SIGKILL between the commit of an edit and the invalidation of the cache: before it learns of the
 * commit, or at a random moment after it. Two other processes have the post and a list in their caches. A second after the
 * commit, none of them may return the old title. `only-worker` kills the only process that does the background work.
 * `npm run test:heavy -- invalidation [kills, default 100] [cases, default alone,redis,only-worker]`
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Closing } from '../support/closing.ts';
import { median } from '../support/median.ts';
import { TestRedis } from '../support/redis.ts';
import { CommitProxy } from './commit-proxy.ts';
import { type DeployedProcess, Deployment } from './deployment.ts';
import { faultsAmong, type HeavyTest } from './heavy-test.ts';
import { type Made, Writer } from './writer.ts';

const MOST_STALE_MS = 1000;
/** Readers are asked for a while longer, because an old value could return. */
const WATCHED_MS = 1100;
const LATEST_KILL_MS = 10;

interface Case {
  hasRedis: boolean;
  /** The role of the processes that are not killed. */
  readers: string;
}

const CASES: Record<string, Case> = {
  alone: { hasRedis: false, readers: 'all' },
  redis: { hasRedis: true, readers: 'all' },
  'only-worker': { hasRedis: true, readers: 'api' },
};

export const invalidation: HeavyTest = async (
  [kills = '100', cases = Object.keys(CASES).join()],
  closing,
) => {
  const rows: object[] = [];
  const faults: string[] = [];
  for (const name of cases.split(',')) {
    const given = CASES[name];
    if (!given) throw new Error(`there is no case ${name}`);
    const scene = await Scene.open(closing, given);
    const stale: Stale[] = [];
    for (let n = 0; n < Number(kills); n++) {
      stale.push(...(await scene.editAndKill(n)));
      if ((n + 1) % 5 === 0) console.log(`${name}: ${n + 1} kills, at most ${longest(stale)} ms`);
    }
    const late = stale.filter(({ ms }) => ms > MOST_STALE_MS);
    rows.push({
      case: name,
      kills,
      reads: scene.reads,
      'median ms': Math.round(median(stale.map(({ ms }) => ms))),
      'longest ms': longest(stale),
      'later than 1 s': late.length,
    });
    faults.push(
      ...faultsAmong([
        late.length > 0 && `${name}: ${late.length} old titles after a second`,
        scene.unseen > 0 && `${name}: ${scene.unseen} readers never showed the new title`,
      ]),
    );
    await scene.close();
  }
  console.table(rows);
  return faults;
};

/** How long a process returned the old title after the commit. */
interface Stale {
  ms: number;
}

const longest = (stale: Stale[]) => Math.round(Math.max(...stale.map(({ ms }) => ms)));

class Scene {
  reads = 0;
  /** Readings in which the new title did not appear at all. */
  unseen = 0;
  private readonly writer: DeployedProcess;
  private readonly readers: DeployedProcess[];
  private readonly proxy: CommitProxy;
  private readonly by: Writer;
  private readonly post: Made;

  private constructor(
    writer: DeployedProcess,
    readers: DeployedProcess[],
    proxy: CommitProxy,
    [by, post]: [Writer, Made],
  ) {
    this.writer = writer;
    this.readers = readers;
    this.proxy = proxy;
    this.by = by;
    this.post = post;
  }

  static async open(closing: Closing, { hasRedis, readers: role }: Case): Promise<Scene> {
    const deployment = await Deployment.open(closing);
    const redis = hasRedis ? await TestRedis.start() : undefined;
    closing.add(() => redis?.kill());
    const settings = redis && { REDIS_URL: redis.url, REDIS_TIMEOUT_MS: '1000' };
    const readers = await deployment.started(2, { ...settings, PROCESS_ROLE: role });
    const { host, port, user, password, database } = deployment.database.connection;
    const proxy = await closing.keep(CommitProxy.open(`${host}/.s.PGSQL.${port}`));
    const DATABASE_URL = `postgres://${user}:${password}@127.0.0.1:${proxy.port}/${database}?sslmode=disable`;
    const writer = await deployment.process({ ...settings, DATABASE_URL });
    await writer.start();
    const by = await Writer.signUp(readers[0] as DeployedProcess, 'edits@example.com');
    const post = await by.make('/api/v1/posts', { title: 'Title -1', body: 'Words.', status: 'published' });
    return new Scene(writer, readers, proxy, [by, post]);
  }

  /** @returns how long each reader returned the old title, of the post and of the list */
  async editAndKill(n: number): Promise<Stale[]> {
    if (!this.writer.isRunning) await this.writer.start();
    const [before, after] = [`Title ${n - 1}`, `Title ${n}`];
    await this.untilAllShow(before);
    const committed = this.proxy.holdCommitOf('UPDATE posts SET title');
    const path = `${this.writer.url}/api/v1/posts/${this.post.id}`;
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${this.by.token}` };
    const body = JSON.stringify({ title: after });
    void fetch(path, { method: 'PATCH', headers, body }).catch(() => undefined);
    await committed;
    const since = performance.now();
    if (n % 2 === 1) {
      this.proxy.release();
      await delay(Math.random() * LATEST_KILL_MS);
    }
    const killed = this.writer.kill();
    const stale = await Promise.all(this.reading((read) => this.staleness(read, before, after, since)));
    await killed;
    return stale;
  }

  async close(): Promise<void> {
    for (const process of [this.writer, ...this.readers]) await process.end();
  }

  private reading<T>(work: (read: () => Promise<string>) => T): T[] {
    return this.readers.flatMap(({ url }) =>
      [`/api/v1/posts/${this.post.id}`, '/api/v1/posts?limit=1'].map((path) =>
        work(() => this.titleAt(url + path)),
      ),
    );
  }

  private async titleAt(url: string): Promise<string> {
    const answer = await fetch(url);
    if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
    const found = (await answer.json()) as { title: string; data?: { title: string }[] };
    this.reads++;
    return found.data?.[0]?.title ?? found.title;
  }

  /** Reads everything until it is in the caches. */
  private async untilAllShow(title: string): Promise<void> {
    for (const ready of this.reading(async (read) => {
      for (const since = performance.now(); (await read()) !== title; await delay(20))
        if (performance.now() - since > 30_000) throw new Error(`a process does not show ${title}`);
      await read();
    }))
      await ready;
  }

  private async staleness(
    read: () => Promise<string>,
    before: string,
    after: string,
    since: number,
  ): Promise<Stale> {
    let [ms, isSeen] = [0, false];
    while (performance.now() - since < WATCHED_MS || !isSeen) {
      const asked = performance.now() - since;
      const title = await read();
      if (title === before) ms = asked;
      if (title === after) isSeen = true;
      if (asked > 60_000) {
        this.unseen++;
        break;
      }
      await delay(10);
    }
    return { ms };
  }
}
