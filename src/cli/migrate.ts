import { type AppConfig, loadConfig } from '../settings.js';
import { readEnvironment } from '../platform/config/read-environment.js';
import { commandLimits, createDataSource } from '../platform/database/data-source.js';
import { migrate, type MigrateOptions } from '../platform/database/migrate.js';
import { openDatabase } from '../platform/database/open-database.js';
import { CommandError } from './command-error.js';
import { MigratePrinter } from './migrate-printer.js';

/** Exits with 0 if it has migrated or had nothing to do. The last line states which. */
export async function migrateCommand({ wait }: { wait: string }): Promise<void> {
  if (!/^\d{1,6}$/.test(wait))
    throw new CommandError(`--wait must be a whole number of seconds, but is ${wait}`);
  const printer = new MigratePrinter(process.stdout);
  const options: MigrateOptions = {
    waitMs: Number(wait) * 1000,
    report: (step) => printer.step(step),
  };
  const config = loadConfig(readEnvironment());
  try {
    printer.end(await (config.embedded ? migrateEmbedded : migrateExternal)(config, options));
  } catch (error) {
    printer.fail(error);
    throw error;
  }
}

/** Opening the embedded database migrates it. */
async function migrateEmbedded(config: AppConfig, options: MigrateOptions): Promise<string[]> {
  const log = (message: string) => console.error(message);
  const database = await openDatabase(config, log, (source) => migrate(source, options));
  await database.release();
  return database.applied;
}

/** Connects with the role that owns the schema, if one is set. */
async function migrateExternal(config: AppConfig, options: MigrateOptions): Promise<string[]> {
  const url = config.DATABASE_MIGRATION_URL ?? config.DATABASE_URL;
  const source = await createDataSource(config, commandLimits, { url });
  await source.initialize();
  return migrate(source, options).finally(() => source.destroy());
}
