import type { DataSource } from 'typeorm';
import type { ConfigOf } from '../config/config.js';
import type { ProcessSettings } from '../config/process.settings.js';
import { commandLimits, createDataSource } from './data-source.js';
import type { DatabaseSettings } from './database.settings.js';
import { EmbeddedPostgres } from './embedded/embedded-postgres.js';
import { migrate } from './migrate.js';

type Needed = ConfigOf<DatabaseSettings & ProcessSettings>;

/** A database that is there: the one that DATABASE_URL names, or an embedded one that was started for us. */
export interface OpenDatabase<C extends Needed = Needed> {
  config: C;
  embedded?: EmbeddedPostgres;
  /** Migrations that opening it has applied: of an embedded one alone. */
  applied: string[];
  /** Close pools first. Stops an embedded server that nobody else uses. */
  release(): Promise<void>;
}

/**
 * Starts or joins the embedded database where none is named, and brings its
 * schema up to date by `prepare`. With an external one nothing is done: `galley
 * migrate` belongs to the operator.
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
    const source = await createDataSource(open, commandLimits, { url: migrationUrl }).initialize();
    const applied = await prepare(source).finally(() => source.destroy());
    return { config: open, embedded, applied, release: () => embedded.release() };
  } catch (error) {
    await embedded.release();
    throw error;
  }
}
