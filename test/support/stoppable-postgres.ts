import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { loadConfig } from '../../src/settings.js';
import { commandLimits, createDataSource } from '../../src/platform/database/data-source.js';
import { usableBinaries } from '../../src/platform/database/embedded/binaries.js';
import { findPlace } from '../../src/platform/database/embedded/data-directory.js';
import { EmbeddedPostgres } from '../../src/platform/database/embedded/embedded-postgres.js';
import { Postmaster } from '../../src/platform/database/embedded/postmaster.js';
import { migrate } from '../../src/platform/database/migrate.js';
import { codeOf } from '../../src/platform/errors/thrown.js';
import type { TestDatabase } from './database.js';
import { freePort } from './loopback.js';
import { until } from './until.js';

/** A migrated PostgreSQL on a port of loopback, which a test stops, kills or freezes. Nothing starts it again. */
export class StoppablePostgres implements TestDatabase {
  private readonly pool: pg.Pool;

  private constructor(
    private readonly folder: string,
    private readonly postmaster: Postmaster,
    readonly port: number,
    readonly url: string,
  ) {
    this.pool = new pg.Pool({ connectionString: url, max: 2 });
    this.pool.on('error', () => undefined);
  }

  static async open(): Promise<StoppablePostgres> {
    const folder = mkdtempSync(join(tmpdir(), 'galley-stoppable-'));
    chmodSync(folder, 0o711);
    const embedded = await EmbeddedPostgres.open({ dataDir: folder });
    const source = await createDataSource(
      loadConfig({ NODE_ENV: 'test', DATABASE_URL: embedded.url }),
      commandLimits,
    );
    await source.initialize();
    await migrate(source);
    await source.destroy();
    await embedded.release();
    const place = await findPlace(folder, () => undefined);
    const port = await freePort();
    const postmaster = new Postmaster(place, await usableBinaries(place.user, place.copies), {
      listen_addresses: '127.0.0.1',
      port: String(port),
      fsync: 'off',
    });
    const { user, password, database } = embedded.connection;
    const url = `postgresql://${user}:${password}@127.0.0.1:${port}/${database}`;
    const server = new StoppablePostgres(folder, postmaster, port, url);
    await server.start();
    return server;
  }

  /** The URL of the same database through a proxy. */
  through(port: number): string {
    return this.url.replace(`:${this.port}/`, `:${port}/`);
  }

  async query<T>(text: string, values: unknown[] = []): Promise<T[]> {
    return (await this.pool.query(text, values)).rows as T[];
  }

  /** Resolves when the server accepts connections. */
  async start(): Promise<void> {
    await this.postmaster.launch();
    await until(() =>
      this.query('SELECT 1').then(
        () => true,
        () => false,
      ),
    );
  }

  /** Ends the sessions and the server. The port then refuses connections. */
  stop(): Promise<void> {
    return this.postmaster.stop();
  }

  /** Ends all processes of the server in the middle of their work. The next start recovers. */
  async kill(): Promise<void> {
    await this.signal('SIGKILL');
    await until(async () => (await this.postmaster.running()) === null);
  }

  /** Stops all processes of the server. The kernel still accepts connections, and nothing is answered. */
  freeze(): Promise<void> {
    return this.signal('SIGSTOP');
  }

  thaw(): Promise<void> {
    return this.signal('SIGCONT');
  }

  async drop(): Promise<void> {
    await this.pool.end();
    await this.postmaster.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async signal(signal: NodeJS.Signals): Promise<void> {
    const server = await this.postmaster.running();
    if (server) for (const pid of [server.pid, ...(await childrenOf(server.pid))]) signalIfThere(pid, signal);
  }
}

/** A session or a worker of PostgreSQL can end between the look at the processes and the signal. */
function signalIfThere(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (codeOf(error) !== 'ESRCH') throw error;
  }
}

async function childrenOf(parent: number): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const parents = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')));
  // The name of the program, in parentheses, can contain spaces. The state and the parent follow.
  return pids
    .filter((_pid, n) => Number(parents[n]?.split(') ').at(-1)?.split(' ')[1]) === parent)
    .map(Number);
}
