import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { superuser } from './cluster.js';
import { port, type Place } from './data-directory.js';
import { codeOf, EmbeddedPostgresError, messageOf } from './embedded-postgres-error.js';
import { type Launch, type Postmaster } from './postmaster.js';
import { tailOf } from './server-log.js';

/** Any number will do that all Galleys share: "galley" in base 36. Locks count per database, ours in `postgres`. */
export const lockKey = 985_262_506;

/** Milliseconds that a server may stay silent; one that says it recovers gets `recovery`. */
const patience = { silence: 15_000, recovery: 300_000 };

const passingFaults =
  /lock file .* (already exists|is empty)|bogus data in lock file|pre-existing shared memory block/;

/** The repeated try to get a session, with what it knows from one try to the next. */
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

  /** @returns a session with the shared lock, or null when it is worth another try */
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
      port,
      user: superuser,
      password: this.password,
      database: 'postgres',
      ssl: false, // else PGSSLMODE counts
      application_name: 'galley supervisor',
      connectionTimeoutMillis: 5_000,
    });
    session.on('error', () => undefined); // 'end' follows, and is what counts
    await session.connect();
    return session;
  }

  private async share(session: pg.Client): Promise<boolean> {
    const sql = 'SELECT pg_try_advisory_lock_shared($1) AS shared';
    try {
      const { rows } = await session.query<{ shared: boolean }>(sql, [lockKey]);
      if (rows[0]?.shared) return true;
    } catch (error) {
      await session.end().catch(() => undefined);
      throw error;
    }
    this.lastSign = Date.now(); // the last user is stopping the server
    await session.end();
    return false;
  }

  /** Failures that pass by themselves are no failures yet. */
  private async judge(error: unknown, ready: boolean): Promise<void> {
    const code = codeOf(error);
    if (code === '28P01' || code === '28000') {
      throw this.failure(`rejects the password in ${this.place.passwordFile}. Restore that file.`, error);
    }
    if (code === 'EACCES' || code === 'EPERM') {
      throw this.failure(`has its socket in ${this.place.socketDir}, which this user cannot access`, error);
    }
    const now = Date.now();
    if (code === '57P03') this.lastSign = now; // starting, recovering or shutting down
    const unreachable = ready && (code === 'ENOENT' || code === 'ECONNREFUSED');
    this.unreachableSince = unreachable ? (this.unreachableSince ?? now) : null;
    if (this.unreachableSince && now - this.unreachableSince > 2_000) {
      await this.postmaster.stop(); // its socket was deleted: nobody can ever come in
    }
    if (now - this.lastSign > patience.silence || now - this.begun > patience.recovery) {
      throw this.failure(
        `does not accept connections (${messageOf(error)}). Its log ends with:\n${this.tail()}`,
        error,
      );
    }
  }

  /** The start failed. Another start, a lock file in the making and the old server's last processes pass. */
  private async judgeExit({ code, said }: NonNullable<Launch['exit']>): Promise<void> {
    const passing = code === 0 || passingFaults.test(said);
    if (passing && Date.now() - this.lastSign < patience.silence) return sleep(code === 0 ? 0 : 100);
    throw this.failure(`exited immediately after its start (exit code ${code}). Its log ends with:\n${said}`);
  }

  private failure(what: string, cause?: unknown): EmbeddedPostgresError {
    return new EmbeddedPostgresError(`The database server in ${this.place.location} ${what}`, { cause });
  }

  private tail(): string {
    return tailOf(this.place.logFile);
  }
}
