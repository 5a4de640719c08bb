import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { freePort, listens } from './loopback.js';

/** A real redis-server of a test's own, on loopback, that keeps nothing. */
export class TestRedis {
  readonly port: number;
  private child: ChildProcess | undefined;

  private constructor(port: number) {
    this.port = port;
  }

  static async start(): Promise<TestRedis> {
    const redis = new TestRedis(await freePort());
    await redis.start();
    return redis;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Starts it, empty, on the same port as before. */
  async start(): Promise<void> {
    const program = process.env.GALLEY_REDIS_SERVER ?? 'redis-server';
    const options = { bind: '127.0.0.1', port: this.port, save: '', appendonly: 'no', dir: '/tmp' };
    const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
    const child = (this.child = spawn(program, args, { stdio: 'ignore' }));
    const failed = once(child, 'error').then(([error]) => {
      throw new Error(`${program} cannot be started: install it or name it in GALLEY_REDIS_SERVER`, {
        cause: error,
      });
    });
    const up = (async () => {
      while (!(await listens(this.port))) await delay(10);
    })();
    await Promise.race([up, failed]);
    failed.catch(() => undefined);
  }

  answers(): Promise<boolean> {
    return listens(this.port);
  }

  /** As `kill -9`: connections break and nothing is kept. */
  async kill(): Promise<void> {
    const { child } = this;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }

  /** It holds its connections and answers nothing. */
  freeze(): void {
    this.child?.kill('SIGSTOP');
  }

  thaw(): void {
    this.child?.kill('SIGCONT');
  }

  /** One command beside the app, on a connection of its own. */
  async command(name: string, ...args: (string | number)[]): Promise<unknown> {
    const client = new Redis(this.url, { lazyConnect: true });
    await client.connect();
    return client.call(name, ...args).finally(() => client.disconnect());
  }

  flush(): Promise<unknown> {
    return this.command('FLUSHALL');
  }

  /** Every write is refused, reads are served. */
  fill(): Promise<unknown> {
    return this.command('CONFIG', 'SET', 'maxmemory', 1, 'maxmemory-policy', 'noeviction');
  }

  empty(): Promise<unknown> {
    return this.command('CONFIG', 'SET', 'maxmemory', 0);
  }
}
