import { type ChildProcess, execFileSync, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { BarePorts, BareSettings } from './bare.ts';
import type { LoadOptions, LoadResult } from './client.ts';

const HERE = import.meta.dirname;
const CLOCK_TICKS = 100; // USER_HZ of Linux
const HUGE = '100000000';

/** CPU seconds that a process has used so far, in user and kernel mode. */
export function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / CLOCK_TICKS;
}

/** Keeps a process and its threads on these cores, such as `0` or `0-3`, where the system can. */
export function pin(pid: number, cores: string): void {
  try {
    execFileSync('taskset', ['-a', '-c', '-p', cores, String(pid)], { stdio: 'ignore' });
  } catch {
    // a system without taskset, or with one core
  }
}

/** Memory of a process in MB. */
export const rssMegabytes = (pid: number): number =>
  Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;

/** A process that is measured. */
export interface Measured {
  port: number;
  pid: number;
  stop: () => Promise<void>;
}

export interface Galley extends Measured {
  url: string;
  readyMs: number;
}

export interface Bare extends BarePorts {
  pid: number;
  stop: () => Promise<void>;
}

interface Start {
  databaseUrl: string;
  /** For its data and its log. */
  folder: string;
  port: number;
  settings?: Record<string, string>;
}

/** As an operator runs it, limits raised: metrics, request log (to a file), security headers and all. */
export async function startGalley({ databaseUrl, folder, port, settings = {} }: Start): Promise<Galley> {
  const log = openSync(join(folder, `galley-${port}.log`), 'a');
  const since = performance.now();
  const child = spawn(process.execPath, [join(HERE, '../dist/main.js')], {
    stdio: ['ignore', log, log],
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'production',
      GALLEY_SINGLE_PROCESS: 'true',
      GALLEY_DATA_DIR: folder,
      HOST: '127.0.0.1',
      PORT: String(port),
      DATABASE_URL: databaseUrl,
      DATABASE_SSL_MODE: 'disable',
      JWT_SECRET: 'the-bench-signs-with-this-0123456789abcdef',
      JWT_REFRESH_SECRET: 'the-bench-refreshes-with-fedcba9876543210',
      METRICS_TOKEN: 'the-bench-scrapes-with-this',
      SHUTDOWN_DELAY_MS: '0',
      RATE_LIMIT_MAX: HUGE,
      RATE_LIMIT_USER_MAX: HUGE,
      RATE_LIMIT_WRITE_MAX: HUGE,
      RATE_LIMIT_USER_WRITE_MAX: HUGE,
      AUTH_RATE_LIMIT_MAX: HUGE,
      ...settings,
    },
  });
  const url = `http://127.0.0.1:${port}`;
  for (;;) {
    if (child.exitCode !== null)
      throw new Error(
        `Galley ended with ${child.exitCode}: ${readFileSync(join(folder, `galley-${port}.log`), 'utf8').slice(-2000)}`,
      );
    const ready = await fetch(`${url}/health/ready`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (ready) break;
    if (performance.now() - since > 30_000) {
      child.kill(); // or it keeps its port
      throw new Error('Galley is not ready after 30 s');
    }
    await delay(5);
  }
  return { url, port, pid: pidOf(child), readyMs: performance.now() - since, stop: () => stop(child) };
}

function pidOf({ pid }: ChildProcess): number {
  if (pid === undefined) throw new Error('the process did not start');
  return pid;
}

async function stop(child: ChildProcess): Promise<void> {
  child.kill('SIGTERM');
  if (child.exitCode === null) await once(child, 'exit');
}

export const startBare = (settings: BareSettings): Promise<Bare> => startLimit('bare.ts', settings);

/** What it sends, and the file of its log. */
export interface EquippedSettings {
  list: string;
  post: string;
  log: string;
}

/** Its one port is `fastify`. */
export const startEquipped = (settings: EquippedSettings): Promise<Bare> =>
  startLimit('equipped.ts', settings);

async function startLimit(file: string, settings: object): Promise<Bare> {
  const child = fork(join(HERE, file), {
    env: { PATH: process.env.PATH, NODE_ENV: 'production', BENCH_SETTINGS: JSON.stringify(settings) },
  });
  const [ports] = (await once(child, 'message')) as [BarePorts];
  return { ...ports, pid: pidOf(child), stop: () => stop(child) };
}

/** Runs one load in a process of its own, so that it shares no event loop with anything. */
export async function runLoad({ cores, ...options }: LoadOptions & { cores?: string }): Promise<LoadResult> {
  const child = fork(join(HERE, 'client.ts'));
  if (cores) pin(pidOf(child), cores);
  child.send(options);
  const [result] = (await once(child, 'message')) as [LoadResult];
  child.disconnect();
  return result;
}
