import { EmbeddedPostgres } from '#dist/platform/database/embedded/embedded-postgres.js';

/** Starts a PostgreSQL without durability, so that it does not wait for the disk. Its database `template` is empty. */
export function openServer(dataDir: string): Promise<EmbeddedPostgres> {
  return EmbeddedPostgres.open({
    dataDir,
    database: 'template',
    settings: { fsync: 'off', full_page_writes: 'off', max_connections: '200' },
  });
}

interface Running {
  /** Undefined if GALLEY_TEST_SERVER names a server. */
  server: EmbeddedPostgres | undefined;
  dataDir: string;
}

const kept = globalThis as { galleyTestServer?: Running };

/** The values that global-setup passes to global-teardown. Jest can load this file separately for each. */
export const running = {
  set: (value: Running): void => {
    kept.galleyTestServer = value;
  },
  get: (): Running => {
    if (!kept.galleyTestServer) throw new Error('global-setup has not run');
    return kept.galleyTestServer;
  },
};
