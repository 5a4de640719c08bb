import { randomUUID } from 'node:crypto';
import type { Role } from '../../src/platform/http/access/principal.js';
import { GalleyProcess, temporaryFolder } from '../heavy/process.ts';
import { Client } from '../support/client.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { STORY_SETTINGS } from '../support/galley.js';
import { TestRedis } from '../support/redis.js';
import { until } from '../support/until.js';
import { freePort } from '../support/loopback.ts';

const PASSWORD = 'correct horse battery staple';
const TOKEN = 'a token of metrics alone';

/** A signed-in account that can send requests to either process. */
export interface Member {
  id: string;
  email: string;
  token: string;
  refreshToken: string;
}

/** Two processes of one deployment with one database and one Redis. Requires dist/. */
export class Pair {
  private constructor(
    readonly database: TestDatabase,
    readonly redis: TestRedis,
    private readonly processes: [GalleyProcess, GalleyProcess],
    private readonly remove: () => void,
  ) {}

  static async start(settings: Record<string, string> = {}): Promise<Pair> {
    const { folder, remove } = temporaryFolder();
    const [database, redis] = await Promise.all([createTestDatabase(), TestRedis.start()]);
    const processes: [GalleyProcess, GalleyProcess] = [
      new GalleyProcess(folder, await freePort()),
      new GalleyProcess(folder, await freePort()),
    ];
    const pair = new Pair(database, redis, processes, remove);
    for (const process of processes)
      await process.start({
        ...STORY_SETTINGS,
        PORT: String(process.port),
        DATABASE_URL: database.url,
        REDIS_URL: redis.url,
        REDIS_TIMEOUT_MS: '1000', // On a busy machine, a slow Redis must not count as unavailable.
        METRICS_TOKEN: TOKEN,
        ...settings,
      });
    for (const n of [0, 1]) await pair.untilOnRedis(n);
    return pair;
  }

  /** Returns an anonymous client of the n-th process: even numbers mean the first, odd ones the second. */
  anyone(n: number): Client {
    return new Client(this.urlOf(n));
  }

  as({ token }: { token: string }, n: number): Client {
    return new Client(this.urlOf(n), token);
  }

  async aMember(role: Role = 'author'): Promise<Member> {
    const email = `${randomUUID()}@example.com`;
    await this.anyone(0)
      .post('/api/v1/auth/register', { email, password: PASSWORD, name: 'Ada' })
      .expect(201);
    await this.database.query('UPDATE users SET role = $2 WHERE email = $1', [email, role]);
    const { body } = await this.login(email, 1).expect(200);
    return { id: body.user.id, email, token: body.accessToken, refreshToken: body.refreshToken };
  }

  login(email: string, n: number, password = PASSWORD) {
    return this.anyone(n).post('/api/v1/auth/login', { email, password });
  }

  /** Makes calls at the same time, to both processes in turn. */
  both<T>(times: number, call: (n: number) => PromiseLike<T>): Promise<T[]> {
    return Promise.all(Array.from({ length: times }, (_, n) => call(n)));
  }

  /** Returns a metric of one process, or 0 if it does not exist yet. */
  async sample(n: number, series: string): Promise<number> {
    const line = (await this.metricsOf(n)).split('\n').find((text) => text.startsWith(`${series} `));
    return Number(line?.slice(series.length) ?? 0);
  }

  async stop(): Promise<void> {
    await Promise.all(this.processes.map((process) => process.stop()));
    await this.redis.kill();
    await this.database.drop();
    this.remove();
  }

  private urlOf(n: number): string {
    return (n % 2 ? this.processes[1] : this.processes[0]).url;
  }

  private async untilOnRedis(n: number): Promise<void> {
    await until(async () => (await this.sample(n, 'redis_up')) === 1);
  }

  private async metricsOf(n: number): Promise<string> {
    return (await this.anyone(n).get('/metrics', { authorization: `Bearer ${TOKEN}` })).text;
  }
}
