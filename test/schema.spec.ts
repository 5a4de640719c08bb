import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import '../src/app.module.js';
import { loadConfig } from '../src/platform/config/load-config.js';
import { commandLimits, createDataSource } from '../src/platform/database/data-source.js';
import { createTestDatabase, type TestDatabase } from './support/database.js';

let database: TestDatabase;
let source: DataSource;
beforeAll(async () => {
  database = await createTestDatabase();
  source = await createDataSource(
    loadConfig({ NODE_ENV: 'test', DATABASE_URL: database.url }),
    commandLimits,
  ).initialize();
});
afterAll(async () => {
  await source.destroy();
  await database.drop();
});

describe('the migrated schema', () => {
  it('is what the entities declare: TypeORM finds nothing to change', async () => {
    expect(source.entityMetadatas.length).toBeGreaterThanOrEqual(7);
    const { upQueries } = await source.driver.createSchemaBuilder().log();
    expect(upQueries.map(({ query }) => query)).toEqual([]);
  });

  it('has an index for every foreign key, so that deleting a row never scans another table', async () => {
    const missing = await database.query(`
      SELECT c.conname FROM pg_constraint c WHERE c.contype = 'f' AND NOT EXISTS (
        SELECT 1 FROM pg_index i WHERE i.indrelid = c.conrelid AND i.indkey[0] = c.conkey[1])`);
    expect(missing).toEqual([]);
  });
});
