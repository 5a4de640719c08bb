import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { usableBinaries } from './binaries.js';
import { ensureCluster, SUPERUSER } from './cluster.js';
import { type EmbeddedConnection, urlOf } from './connection.js';
import { codeOf, messageOf } from '../../errors/thrown.js';
import { findPlace, PORT, type Place } from './data-directory.js';
import { ServerReference } from './server-reference.js';
import { Postmaster } from './postmaster.js';
import { APP_ROLE, ensureRoles, MIGRATION_ROLE, passwordOf } from './roles.js';
import { cutLog } from './server-log.js';

export { EmbeddedPostgresError } from './embedded-postgres-error.js';

export interface EmbeddedPostgresOptions {
  /** The folder for all files, which is created if absent. If you create it yourself as root, use mode 0711. */
  dataDir: string;
  /** Created if absent. The default is rest_api_db. */
  database?: string;
  /** Settings for the server if this process starts it, for example `{ fsync: 'off' }` for tests. */
  settings?: Record<string, string>;
  /** Receives messages about slow or unusual steps. By default, they are discarded. */
  log?: (message: string) => void;
  /** Called if the server has died. It is already being restarted. */
  onLost?: () => void;
  /** Aborts the opening. An opened database ends with release(). */
  signal?: AbortSignal;
}

/**
 * A real PostgreSQL server beside the process. It is durable, and listens only on a Unix socket.
 *
 * Several processes can open one data folder: the first one starts the server, and the last one stops it. The
 * server continues if a process is killed, and the next process joins it. While it is open, a server that dies is
 * started again. Pools reconnect, because address and password do not change.
 */
export class EmbeddedPostgres {
  /** The URL of the administrator, for tools and tests. Galley itself uses `roles()`. */
  readonly url: string;
  private healing: Promise<void> | null = null;
  private releasing: Promise<void> | null = null;
  private readonly closing = new AbortController();

  private constructor(
    readonly connection: EmbeddedConnection,
    private readonly place: Place,
    private readonly postmaster: Postmaster,
    private readonly options: EmbeddedPostgresOptions,
    private reference: ServerReference | null,
  ) {
    this.url = urlOf(connection);
    this.watch();
  }

  /**
   * Joins or starts the server of a data folder. The first start takes about a second.
   * @throws EmbeddedPostgresError with a message for the user who started Galley
   */
  static async open(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
    const { database = 'rest_api_db', log = () => undefined, settings = {}, signal } = options;
    const place = await findPlace(resolve(options.dataDir), log);
    const binaries = await usableBinaries(place.user, place.copies);
    signal?.throwIfAborted();
    const password = await ensureCluster(place, binaries, log);
    const postmaster = new Postmaster(place, binaries, settings);
    const reference = await ServerReference.take(place, postmaster, password, signal);
    try {
      await createDatabase(reference.session, database);
    } catch (error) {
      await reference.release();
      throw error;
    }
    const connection = { host: place.socketDir, port: PORT, user: SUPERUSER, password, database };
    return new EmbeddedPostgres(connection, place, postmaster, options, reference);
  }

  /**
   * Returns the URLs of Galley: one with the role that reads and writes rows, and one with the role that owns the
   * schema.
   */
  async roles(): Promise<{ url: string; migrationUrl: string }> {
    await ensureRoles(this.connection);
    const urlAs = (user: string) =>
      urlOf({ ...this.connection, user, password: passwordOf(user, this.connection.password) });
    return { url: urlAs(APP_ROLE), migrationUrl: urlAs(MIGRATION_ROLE) };
  }

  /** Limits the size of the server's log. Call it regularly. */
  cutLog(): Promise<void> {
    return cutLog(this.place.logFile);
  }

  /** The folder that contains the data, for the banner. */
  get location(): string {
    return this.place.location;
  }

  /** True if the location is not below the data folder, because the account of the server cannot access it. */
  get relocated(): boolean {
    return this.place.relocated;
  }

  /**
   * Ends this use. The last user stops the server and waits until it has ended. Close pools first, because their
   * sessions would fail. It can be called twice.
   * @throws EmbeddedPostgresError if the server does not stop
   */
  release(): Promise<void> {
    return (this.releasing ??= this.giveUp());
  }

  private async giveUp(): Promise<void> {
    // A restart in progress is awaited, so that the new server is stopped, too.
    if (this.healing) await Promise.race([this.healing, sleep(5_000)]);
    this.closing.abort();
    await this.healing;
    await this.reference?.release();
  }

  private watch(): void {
    this.reference?.watch(() => {
      if (this.releasing) return;
      this.reference = null;
      this.healing = this.heal().finally(() => (this.healing = null));
    });
  }

  private async heal(): Promise<void> {
    const { log, onLost } = this.options;
    log?.('The database server has stopped. Restarting it');
    onLost?.();
    for (let pause = 100; !this.closing.signal.aborted; pause = Math.min(pause * 2, 5_000)) {
      try {
        const { password } = this.connection;
        this.reference = await ServerReference.take(
          this.place,
          this.postmaster,
          password,
          this.closing.signal,
        );
        this.watch();
        log?.('The database server is running again');
        return;
      } catch (error) {
        if (this.closing.signal.aborted) return;
        log?.(messageOf(error));
        await sleep(pause, undefined, { signal: this.closing.signal }).catch(() => undefined);
      }
    }
  }
}

/** template0 has no sessions that could block this. A concurrent process may have created the database already. */
async function createDatabase(session: pg.Client, name: string): Promise<void> {
  const { rowCount } = await session.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
  if (rowCount) return;
  try {
    await session.query(`CREATE DATABASE ${pg.escapeIdentifier(name)} TEMPLATE template0`);
  } catch (error) {
    if (codeOf(error) !== '42P04' && codeOf(error) !== '23505') throw error;
  }
}
