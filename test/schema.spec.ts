import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import '../src/app.module.js';
import { loadConfig } from '../src/settings.js';
import { commandLimits, createDataSource } from '../src/platform/database/data-source.js';
import { migrate } from '../src/platform/database/migrate.js';
import { createTestDatabase, type TestDatabase } from './support/database.js';

let database: TestDatabase;
let source: DataSource;
beforeAll(async () => {
  database = await createTestDatabase();
  source = await createDataSource(
    loadConfig({ NODE_ENV: 'test', DATABASE_URL: database.url }),
    commandLimits,
  );
  await source.initialize();
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

  it('comes back the same after every migration was undone and done again', async () => {
    const catalogue = () =>
      database.query(`
        SELECT table_name AS of, column_name AS name, format('%s %s %s', data_type, is_nullable, column_default) AS is
        FROM information_schema.columns WHERE table_schema = 'public'
        UNION ALL SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
        UNION ALL SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace
        ORDER BY 1, 2, 3`);
    const before = await catalogue();
    // This runs without a transaction, because an index that was built concurrently is dropped concurrently.
    for (const _ of source.migrations) await source.undoLastMigration({ transaction: 'none' });
    expect(
      await database.query(`SELECT relname FROM pg_class WHERE relkind = 'r' AND relname = 'users'`),
    ).toEqual([]);
    expect(await migrate(source)).toHaveLength(source.migrations.length);
    expect(await catalogue()).toEqual(before);
  });

  it('has an index for every foreign key, so that deleting a row never scans another table', async () => {
    const missing = await database.query(`
      SELECT c.conname FROM pg_constraint c WHERE c.contype = 'f'
        AND c.connamespace = 'public'::regnamespace AND NOT EXISTS (
        SELECT 1 FROM pg_index i WHERE i.indrelid = c.conrelid AND i.indkey[0] = c.conkey[1])`);
    expect(missing).toEqual([]);
  });
});
