import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { freePort, listens } from './loopback.ts';
import { until } from './until.ts';

/** A real redis-server for one test, on loopback. By default, it loses its data when it ends. */
export class TestRedis {
  readonly port: number;
  private child: ChildProcess | undefined;
  /** Where it keeps its data. Undefined if it keeps none. */
  private readonly folder: string | undefined;
  private readonly appends: boolean;

  private constructor(port: number, keeps?: 'snapshots' | 'everything') {
    this.port = port;
    this.folder = keeps && mkdtempSync(join(tmpdir(), 'galley-redis-'));
    this.appends = keeps === 'everything';
  }

  /** @param keeps the data with which it starts again: those of the last call of `snapshot`, or all */
  static async start(keeps?: 'snapshots' | 'everything'): Promise<TestRedis> {
    const redis = new TestRedis(await freePort(), keeps);
    await redis.start();
    return redis;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Starts it with the data that it keeps, on the same port as before. */
  async start(): Promise<void> {
    const program = process.env.GALLEY_REDIS_SERVER ?? 'redis-server';
    const options = {
      ...{ bind: '127.0.0.1', port: this.port, save: '', dir: this.folder ?? '/tmp' },
      ...(this.appends ? { appendonly: 'yes', appendfsync: 'always' } : { appendonly: 'no' }),
    };
    const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
    const child = (this.child = spawn(program, args, { stdio: 'ignore' }));
    const failed = once(child, 'error').then(([error]) => {
      throw new Error(`${program} cannot be started: install it or name it in GALLEY_REDIS_SERVER`, {
        cause: error,
      });
    });
    await Promise.race([until(() => listens(this.port), 10), failed]);
    failed.catch(() => undefined);
  }

  answers(): Promise<boolean> {
    return listens(this.port);
  }

  /** Removes what it keeps. */
  async remove(): Promise<void> {
    await this.kill();
    if (this.folder) rmSync(this.folder, { recursive: true, force: true });
  }

  snapshot(): Promise<unknown> {
    return this.command('SAVE');
  }

  /** Kills it with SIGKILL: connections break, and what it does not keep is lost. */
  async kill(): Promise<void> {
    const { child } = this;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }

  /** Keeps its connections open, but does not respond. */
  freeze(): void {
    this.child?.kill('SIGSTOP');
  }

  thaw(): void {
    this.child?.kill('SIGCONT');
  }

  /** Sends one command on a separate connection. */
  async command(name: string, ...args: (string | number | Buffer)[]): Promise<unknown> {
    const client = new Redis(this.url, { lazyConnect: true });
    await client.connect();
    return client.call(name, ...args).finally(() => client.disconnect());
  }

  flush(): Promise<unknown> {
    return this.command('FLUSHALL');
  }

  /** Rejects every write, and serves reads. */
  fill(): Promise<unknown> {
    return this.command('CONFIG', 'SET', 'maxmemory', 1, 'maxmemory-policy', 'noeviction');
  }

  empty(): Promise<unknown> {
    return this.command('CONFIG', 'SET', 'maxmemory', 0);
  }

  /** Rejects every write and deletion, and serves reads, like a primary that a failover has made a replica. */
  makeReplica(): Promise<unknown> {
    return this.command('REPLICAOF', '127.0.0.1', 1);
  }

  makePrimary(): Promise<unknown> {
    return this.command('REPLICAOF', 'NO', 'ONE');
  }
}
