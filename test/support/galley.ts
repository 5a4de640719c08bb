import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createApp } from '../../src/app.setup.js';
import { loadConfig } from '../../src/settings.js';
import { Lifecycle } from '../../src/platform/lifecycle/lifecycle.js';
import { Builders, type Person } from './builders.js';
import { Client } from './client.js';
import { createTestDatabase, type TestDatabase } from './database.js';

/** The real app with its own database, listening on a free port. */
export interface Galley extends Pick<Builders, 'aUser' | 'aPost' | 'aComment' | 'aTag'> {
  app: NestFastifyApplication;
  url: string;
  database: TestDatabase;
  /** An anonymous client. */
  anyone: Client;
  as(person: Person): Client;
  stop(): Promise<void>;
}

/**
 * High limits, because a test of limits sets its own. The secret is constant, so that two apps with one database
 * are one deployment.
 */
export const STORY_SETTINGS = {
  NODE_ENV: 'test',
  HOST: '127.0.0.1',
  PORT: '0',
  JWT_SECRET: 'stories-are-signed-with-this-0123456789',
  JWT_REFRESH_SECRET: 'stories-are-refreshed-with-9876543210',
  LOG_LEVEL: 'error',
  ENABLE_REQUEST_LOGGING: 'false',
  RATE_LIMIT_MAX: '1000000',
  RATE_LIMIT_USER_MAX: '1000000',
  RATE_LIMIT_WRITE_MAX: '1000000',
  RATE_LIMIT_USER_WRITE_MAX: '1000000',
  REGISTER_RATE_LIMIT_MAX: '1000000',
  AUTH_RATE_LIMIT_MAX: '1000000',
  REFRESH_RATE_LIMIT_MAX: '1000000',
  // A busy machine is not a fault of the database. test/faults.spec.ts uses the values of the product.
  DATABASE_POOL_WAIT_MS: '30000',
  DATABASE_STATEMENT_TIMEOUT_MS: '30000',
};

export async function startGalley(
  settings: Record<string, string> = {},
  shared?: TestDatabase,
): Promise<Galley> {
  const dataDir = mkdtempSync(join(tmpdir(), 'galley-story-'));
  const database = shared ?? (await createTestDatabase());
  const config = loadConfig({
    ...STORY_SETTINGS,
    GALLEY_DATA_DIR: dataDir,
    DATABASE_URL: database.url,
    ...settings,
  });
  const app = await createApp(config);
  await app.listen(0, '127.0.0.1');
  app.get(Lifecycle).serve();
  const url = await app.getUrl();
  const builders = new Builders(app, database, url);
  return {
    app,
    url,
    database,
    anyone: new Client(url),
    as: (person) => new Client(url, person.token),
    aUser: (given) => builders.aUser(given),
    aPost: (given) => builders.aPost(given),
    aComment: (given) => builders.aComment(given),
    aTag: (given) => builders.aTag(given),
    stop: async () => {
      await app.close();
      if (!shared) await database.drop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
