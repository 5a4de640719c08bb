import { EmbeddedPostgres } from '#dist/platform/database/embedded/embedded-postgres.js';

/** A PostgreSQL that keeps nothing, so that it need not wait for the disk; its database `template` is empty. */
export function openServer(dataDir: string): Promise<EmbeddedPostgres> {
  return EmbeddedPostgres.open({
    dataDir,
    database: 'template',
    settings: { fsync: 'off', full_page_writes: 'off', max_connections: '200' },
  });
}

interface Running {
  /** None where GALLEY_TEST_SERVER names one. */
  server: EmbeddedPostgres | undefined;
  dataDir: string;
}

const kept = globalThis as { galleyTestServer?: Running };

/** What global-setup leaves to global-teardown: Jest may load this file once for each. */
export const running = {
  set: (value: Running): void => {
    kept.galleyTestServer = value;
  },
  get: (): Running => {
    if (!kept.galleyTestServer) throw new Error('global-setup has not run');
    return kept.galleyTestServer;
  },
};
