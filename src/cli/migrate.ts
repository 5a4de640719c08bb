import { commandLimits, createDataSource } from '../platform/database/data-source.js';
import { migrate } from '../platform/database/migrate.js';
import { openDatabase } from '../platform/database/open-database.js';
import { loadConfig } from '../platform/config/load-config.js';
import { readEnvironment } from '../platform/config/read-environment.js';

/** Exit 0 for "done" and for "nothing to do"; the last line is JSON and tells which. */
export async function migrateCommand(): Promise<void> {
  const database = await openDatabase(loadConfig(readEnvironment()), (message) => console.error(message));
  try {
    const { config } = database;
    const source = createDataSource(config, commandLimits, {
      url: config.DATABASE_MIGRATION_URL ?? config.DATABASE_URL,
    });
    await source.initialize();
    const applied = [...database.applied, ...(await migrate(source).finally(() => source.destroy()))];
    console.log(JSON.stringify({ status: applied.length > 0 ? 'migrated' : 'current', applied }));
  } finally {
    await database.release();
  }
}
