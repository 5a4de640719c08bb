import { EmbeddedPostgres } from '#dist/platform/database/embedded/embedded-postgres.js';

/** A PostgreSQL that keeps nothing, so that it need not wait for the disk; its database `template` is empty. */
export function openServer(dataDir) {
  return EmbeddedPostgres.open({
    dataDir,
    database: 'template',
    settings: { fsync: 'off', full_page_writes: 'off', max_connections: '200' },
  });
}
