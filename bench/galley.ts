import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../test/support/loopback.ts';
import { untilReady } from '../test/support/ready.ts';
import { pidOf, type Target } from './processes.ts';

const HUGE = '100000000';
const READY_MS = 30_000;

export interface Galley extends Target {
  url: string;
  readyMs: number;
  stop: () => Promise<void>;
}

export interface GalleySettings {
  databaseUrl: string;
  /** For its data and its log. */
  folder: string;
  settings?: Record<string, string>;
}

/** Starts Galley as an operator runs it, with metrics, a request log (to a file) and security headers, but with high limits. */
export async function startGalley({ databaseUrl, folder, settings = {} }: GalleySettings): Promise<Galley> {
  const port = await freePort();
  const logFile = join(folder, `galley-${port}.log`);
  const log = openSync(logFile, 'a');
  const since = performance.now();
  const child = spawn(process.execPath, [join(import.meta.dirname, '../dist/main.js')], {
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
  const output = () => readFileSync(logFile, 'utf8').slice(-2000);
  await untilReady(url, { child, output, atMostMs: READY_MS, everyMs: 5 }).catch((error: unknown) => {
    child.kill(); // or it keeps its port
    throw error;
  });
  return { url, port, pid: pidOf(child), readyMs: performance.now() - since, stop: () => stop(child) };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
}
