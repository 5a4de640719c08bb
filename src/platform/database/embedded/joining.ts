import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { SUPERUSER } from './cluster.js';
import { PORT, type Place } from './data-directory.js';
import { codeOf, messageOf } from '../../errors/thrown.js';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import type { Launch, Postmaster } from './postmaster.js';
import { tailOf } from './server-log.js';

/**
 * A number that all Galley processes share: "galley" in base 36. Advisory locks are per database, and this one is
 * in `postgres`.
 */
export const LOCK_KEY = 985_262_506;

/** How many milliseconds a server can be silent. A server that reports recovery gets `recovery`. */
const PATIENCE_MS = { silence: 15_000, recovery: 300_000 };

const passingFaults =
  /lock file .* (already exists|is empty)|bogus data in lock file|pre-existing shared memory block/;

/** Repeated attempts to open a session, with the state between two attempts. */
export class Joining {
  launch: Launch | null = null;
  private lastSign = Date.now();
  private readonly begun = Date.now();
  private unreachableSince: number | null = null;

  constructor(
    private readonly place: Place,
    private readonly postmaster: Postmaster,
    private readonly password: string,
  ) {}

  /** @returns a session with the shared lock, or null if another attempt can succeed */
  async once(): Promise<pg.Client | null> {
    const server = await this.postmaster.running();
    if (!server) {
      if (this.launch?.exit) await this.judgeExit(this.launch.exit);
      if (!this.launch || this.launch.exit) this.launch = await this.postmaster.launch();
    }
    try {
      const session = await this.connect();
      if (await this.share(session)) return session;
    } catch (error) {
      await this.judge(error, server?.ready ?? false);
    }
    return null;
  }

  private async connect(): Promise<pg.Client> {
    const session = new pg.Client({
      host: this.place.socketDir,
      port: PORT,
      user: SUPERUSER,
      password: this.password,
      database: 'postgres',
      ssl: false, // Otherwise PGSSLMODE of the environment applies.
      application_name: 'galley supervisor',
      connectionTimeoutMillis: 5_000,
    });
    session.on('error', () => undefined); // The event 'end' follows and is handled.
    await session.connect();
    return session;
  }

  private async share(session: pg.Client): Promise<boolean> {
    const sql = 'SELECT pg_try_advisory_lock_shared($1) AS shared';
    try {
      const { rows } = await session.query<{ shared: boolean }>(sql, [LOCK_KEY]);
      if (rows[0]?.shared) return true;
    } catch (error) {
      await session.end().catch(() => undefined);
      throw error;
    }
    this.lastSign = Date.now(); // The last user is stopping the server.
    await session.end();
    return false;
  }

  /** Ignores failures that are temporary. */
  private async judge(error: unknown, ready: boolean): Promise<void> {
    const code = codeOf(error);
    if (code === '28P01' || code === '28000') {
      throw this.failure(`rejects the password in ${this.place.passwordFile}. Restore that file.`, error);
    }
    if (code === 'EACCES' || code === 'EPERM') {
      throw this.failure(`has its socket in ${this.place.socketDir}, which this user cannot access`, error);
    }
    const now = Date.now();
    if (code === '57P03') this.lastSign = now; // The server is starting, recovering or shutting down.
    const unreachable = ready && (code === 'ENOENT' || code === 'ECONNREFUSED');
    this.unreachableSince = unreachable ? (this.unreachableSince ?? now) : null;
    if (this.unreachableSince && now - this.unreachableSince > 2_000) {
      await this.postmaster.stop(); // The socket was deleted, so nobody can ever connect.
    }
    if (now - this.lastSign > PATIENCE_MS.silence || now - this.begun > PATIENCE_MS.recovery) {
      throw this.failure(
        `does not accept connections (${messageOf(error)}). Its log ends with:\n${this.tail()}`,
        error,
      );
    }
  }

  /**
   * The start has failed. It is repeated if another process starts the server, a lock file is being created, or the
   * old server is still ending.
   */
  private async judgeExit({ code, said }: NonNullable<Launch['exit']>): Promise<void> {
    const passing = code === 0 || passingFaults.test(said);
    if (passing && Date.now() - this.lastSign < PATIENCE_MS.silence) return sleep(code === 0 ? 0 : 100);
    throw this.failure(`exited immediately after its start (exit code ${code}). Its log ends with:\n${said}`);
  }

  private failure(what: string, cause?: unknown): EmbeddedPostgresError {
    return new EmbeddedPostgresError(`The database server in ${this.place.location} ${what}`, { cause });
  }

  private tail(): string {
    return tailOf(this.place.logFile);
  }
}
