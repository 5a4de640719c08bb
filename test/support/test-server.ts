import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { EmbeddedPostgres } from '#dist/platform/database/embedded/embedded-postgres.js';

export interface TestServer {
  url: string;
  /** Stops the server and removes its folder. */
  close: () => Promise<void>;
}

/**
 * Starts a PostgreSQL without durability, so that it does not wait for the disk. Its database `template` is empty. If
 * this process ends without closing it, for example because it is killed, another process closes it.
 */
export async function openServer(dataDir: string): Promise<TestServer> {
  const endGuard = startGuard(dataDir);
  const server = await EmbeddedPostgres.open({
    dataDir,
    database: 'template',
    settings: { fsync: 'off', full_page_writes: 'off', max_connections: '200' },
  });
  return {
    url: server.url,
    close: async () => {
      await server.release();
      await rm(dataDir, { recursive: true, force: true });
      await endGuard();
    },
  };
}

/**
 * Starts end-with-parent.ts in its own session, so that Ctrl-C does not reach it.
 * @returns a function that ends it, after the folder has been removed
 */
function startGuard(dataDir: string): () => Promise<void> {
  const guard = spawn(process.execPath, [join(import.meta.dirname, 'end-with-parent.ts'), dataDir], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  guard.unref();
  (guard.stdin as Socket).unref();
  return async () => {
    if (guard.exitCode !== null || guard.signalCode !== null) return;
    guard.ref();
    const exited = once(guard, 'exit');
    guard.stdin.end();
    await exited;
  };
}

interface Running {
  /** Undefined if GALLEY_TEST_SERVER names a server. */
  server: TestServer | undefined;
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
