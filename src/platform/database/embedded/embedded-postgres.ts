import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { usableBinaries } from './binaries.js';
import { ensureCluster, superuser } from './cluster.js';
import { type EmbeddedConnection, urlOf } from './connection.js';
import { codeOf, messageOf } from './embedded-postgres-error.js';
import { findPlace, port, type Place } from './data-directory.js';
import { ServerReference } from './server-reference.js';
import { Postmaster } from './postmaster.js';
import { APP_ROLE, ensureRoles, MIGRATION_ROLE, passwordOf } from './roles.js';
import { cutLog } from './server-log.js';

export { EmbeddedPostgresError } from './embedded-postgres-error.js';

export interface EmbeddedPostgresOptions {
  /** Folder for everything, made when absent. As root, give it mode 0711 if you make it yourself. */
  dataDir: string;
  /** Made when absent. Default rest_api_db. */
  database?: string;
  /** Server settings of whoever starts the server, such as `{ fsync: 'off' }` for tests. */
  settings?: Record<string, string>;
  /** Hears of slow or unusual steps. Default: nobody. */
  log?: (message: string) => void;
  /** Called when the server went away; it is being restarted already. */
  onLost?: () => void;
  /** Ends the opening; an opened database is given up by release(). */
  signal?: AbortSignal;
}

/**
 * A real PostgreSQL server beside the process, durable, reachable by a Unix socket only.
 *
 * Several processes may have one data folder open: the first starts the server and the last stops it.
 * It outlives a killed process, and the next one joins it. While it is open, a server that dies is
 * started again; pools reconnect by themselves, since address and password stay.
 */
export class EmbeddedPostgres {
  /** As the administrator, for tools and tests; Galley itself uses `roles()`. */
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
   * Joins or starts the server of a data folder. Takes about a second the first time.
   * @throws EmbeddedPostgresError with a sentence for whoever started Galley
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
    const connection = { host: place.socketDir, port, user: superuser, password, database };
    return new EmbeddedPostgres(connection, place, postmaster, options, reference);
  }

  /** How Galley reaches its database: as the role that reads and writes rows, and to migrate as the one that owns the schema. */
  async roles(): Promise<{ url: string; migrationUrl: string }> {
    await ensureRoles(this.connection);
    const urlAs = (user: string) =>
      urlOf({ ...this.connection, user, password: passwordOf(user, this.connection.password) });
    return { url: urlAs(APP_ROLE), migrationUrl: urlAs(MIGRATION_ROLE) };
  }

  /** Keeps the server's log from growing without end; call it now and then. */
  cutLog(): Promise<void> {
    return cutLog(this.place.logFile);
  }

  /** The folder that holds the data, for the banner. */
  get location(): string {
    return this.place.location;
  }

  /** True when that is not below the data folder, which the server's account could not reach. */
  get relocated(): boolean {
    return this.place.relocated;
  }

  /**
   * Gives up this use; the last user stops the server and waits until it is gone. Close pools first:
   * their sessions would end with an error. May be called twice.
   * @throws EmbeddedPostgresError when the server does not stop
   */
  release(): Promise<void> {
    return (this.releasing ??= this.giveUp());
  }

  private async giveUp(): Promise<void> {
    // A restart under way is let through, so that what it started is stopped and not left alone.
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

/** template0 has no sessions that could be in the way; a process beside this one may be quicker. */
async function createDatabase(session: pg.Client, name: string): Promise<void> {
  const { rowCount } = await session.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
  if (rowCount) return;
  try {
    await session.query(`CREATE DATABASE ${pg.escapeIdentifier(name)} TEMPLATE template0`);
  } catch (error) {
    if (codeOf(error) !== '42P04' && codeOf(error) !== '23505') throw error;
  }
}
