import { setTimeout as delay } from 'node:timers/promises';
import { NestFactory } from '@nestjs/core';
import type { INestApplicationContext } from '@nestjs/common';
import pg from 'pg';
import { z } from 'zod';
import { ConfigModule } from '#dist/platform/config/config.module.js';
import { commandLimits, createDataSource } from '#dist/platform/database/data-source.js';
import { Database } from '#dist/platform/database/database.js';
import { migrate } from '#dist/platform/database/migrate.js';
import { defineJob } from '#dist/platform/jobs/job.js';
import { Jobs } from '#dist/platform/jobs/jobs.js';
import { JobsModule } from '#dist/platform/jobs/jobs.module.js';
import { LifecycleModule } from '#dist/platform/lifecycle/lifecycle.module.js';
import type { ProcessRole } from '#dist/platform/lifecycle/process-role.js';
import { LoggingModule } from '#dist/platform/logging/logging.module.js';
import { MetricsRegistryModule } from '#dist/platform/metrics/metrics.module.js';
import { loadConfig, SETTINGS } from '#dist/settings.js';
import type { Closing } from '../support/closing.ts';
import { openServer } from '../support/test-server.ts';
import { temporaryFolder } from './process.ts';

const configOf = (url: string, settings: Record<string, string> = {}) =>
  loadConfig({ NODE_ENV: 'test', LOG_LEVEL: 'fatal', DATABASE_URL: url, ...settings });

class JobApp {}

/** A process of Galley with nothing but the queue of jobs, which starts quickly. */
export interface JobRunner {
  app: INestApplicationContext;
  jobs: Jobs;
  database: Database;
  close: () => Promise<void>;
}

export async function openJobApp(
  url: string,
  role: ProcessRole,
  settings?: Record<string, string>,
): Promise<JobRunner> {
  const parts = [LoggingModule, MetricsRegistryModule, JobsModule];
  const config = ConfigModule.with(SETTINGS, configOf(url, settings));
  const app = await NestFactory.createApplicationContext(
    { module: JobApp, imports: [config, LifecycleModule.with(role), ...parts] },
    { logger: false, abortOnError: false },
  );
  return { app, jobs: app.get(Jobs), database: app.get(Database), close: () => app.close() };
}

/** Starts PostgreSQL, creates the tables, and returns its URL and a pool. */
export async function openJobDatabase(closing: Closing): Promise<{ url: string; pool: pg.Pool }> {
  const { folder, remove } = temporaryFolder();
  closing.add(remove);
  const server = await openServer(folder);
  closing.add(server.close);
  const source = await createDataSource(configOf(server.url), commandLimits);
  await source.initialize();
  await migrate(source);
  await source.destroy();
  const pool = new pg.Pool({ connectionString: server.url, max: 4 });
  pool.on('error', () => undefined);
  closing.add(() => pool.end());
  return { url: server.url, pool };
}

/** A job with an effect that must happen once. */
export const ORDER = defineJob({
  name: 'order',
  payload: z.object({ order: z.int() }),
  retries: 1000,
  backoff: { firstSeconds: 1, maxSeconds: 1 },
});

/** Waits until the query returns true. */
export async function untilTrue(pool: pg.Pool, query: string, atMostMs = 180_000): Promise<boolean> {
  for (const until = performance.now() + atMostMs; performance.now() < until; await delay(100))
    if ((await pool.query<{ is: boolean }>(`SELECT (${query}) AS is`)).rows[0]?.is) return true;
  return false;
}
