import type { DataSource } from 'typeorm';
import type { ConfigOf } from '../config/config.js';
import type { ProcessSettings } from '../config/process.settings.js';
import { commandLimits, createDataSource } from './data-source.js';
import type { DatabaseSettings } from './database.settings.js';
import { EmbeddedPostgres } from './embedded/embedded-postgres.js';
import { migrate } from './migrate.js';

type Needed = ConfigOf<DatabaseSettings & ProcessSettings>;

/** A running database: the one in DATABASE_URL, or an embedded one. */
export interface OpenDatabase<C extends Needed = Needed> {
  config: C;
  embedded?: EmbeddedPostgres;
  /** The migrations that were applied when it was opened. Always empty for an external database. */
  applied: string[];
  /** Stops an embedded server if no other process uses it. Close the pools first. */
  release(): Promise<void>;
}

/**
 * Starts or joins the embedded database if no database is set, and migrates it with `prepare`. An external database
 * is not changed, because operators run `galley migrate` themselves.
 */
export async function openDatabase<C extends Needed>(
  config: C,
  log: (message: string) => void,
  prepare: (source: DataSource) => Promise<string[]> = migrate,
): Promise<OpenDatabase<C>> {
  if (!config.embedded) return { config, applied: [], release: () => Promise.resolve() };
  const embedded = await EmbeddedPostgres.open({
    dataDir: config.GALLEY_DATA_DIR,
    database: config.DB_NAME,
    log,
  });
  try {
    const { url, migrationUrl } = await embedded.roles();
    const open = config.with({ DATABASE_URL: url, DATABASE_MIGRATION_URL: migrationUrl });
    const source = await createDataSource(open, commandLimits, { url: migrationUrl });
    await source.initialize();
    const applied = await prepare(source).finally(() => source.destroy());
    return { config: open, embedded, applied, release: () => embedded.release() };
  } catch (error) {
    await embedded.release();
    throw error;
  }
}
