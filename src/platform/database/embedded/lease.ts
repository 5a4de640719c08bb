import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { type Place } from './data-directory.js';
import { codeOf, EmbeddedPostgresError, messageOf } from './embedded-postgres-error.js';
import { type Launch, type Postmaster } from './postmaster.js';
import { tailOf } from './server-log.js';

/** Milliseconds that a server may stay silent; one that says it recovers gets `recovery`. */
const patience = { silence: 15_000, recovery: 300_000 };

/** Any number will do that all Galleys share: "galley" in base 36. Locks count per database, ours in `postgres`. */
const lockKey = 985_262_506;

/**
 * The use of the server by one process: a session of its own that holds a shared advisory lock.
 * Whoever can take the lock exclusively is the last user and may stop the server.
 */
export class Lease {
  private constructor(
    readonly session: pg.Client,
    private readonly postmaster: Postmaster,
  ) {}

  /**
   * Joins the running server, or starts it.
   * @throws EmbeddedPostgresError when it cannot be started or reached; a server that this call
   *   launched is stopped again
   */
  static async take(
    place: Place,
    postmaster: Postmaster,
    password: string,
    signal?: AbortSignal,
  ): Promise<Lease> {
    const attempt = new Attempt(place, postmaster, password);
    try {
      for (;;) {
        signal?.throwIfAborted();
        const session = await attempt.once();
        if (session) return new Lease(session, postmaster);
        await sleep(15);
      }
    } catch (error) {
      if (attempt.launch && !attempt.launch.exit) await postmaster.stop();
      throw error;
    }
  }

  /** Calls back when the session ends, which by itself happens only when its server dies. */
  watch(ended: () => void): void {
    (this.session as Countable).unref(); // does not keep the process alive
    this.session.once('end', ended);
  }

  /** Gives up the use; the last user stops the server and waits until it is gone. */
  async release(): Promise<void> {
    (this.session as Countable).ref();
    try {
      await this.session.query('SELECT pg_advisory_unlock_shared($1)', [lockKey]);
      const { rows } = await this.session.query<{ last: boolean }>(
        'SELECT pg_try_advisory_lock($1) AS last',
        [lockKey],
      );
      // The lock stays with the session: a newcomer fails to share it, and waits for the next server.
      if (rows[0]?.last) await this.postmaster.stop();
    } catch (error) {
      if (error instanceof EmbeddedPostgresError) throw error; // else the server died: nothing to give up
    } finally {
      await this.session.end().catch(() => undefined);
    }
  }
}

/** What pg's types leave out: whether the socket counts as a reason for the process to live. */
type Countable = pg.Client & { ref(): void; unref(): void };

/** The repeated try to get a session, with what it knows from one try to the next. */
class Attempt {
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
      if (this.launch?.exit) this.judgeExit(this.launch.exit);
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
      ...{ port: 5432, user: 'galley', password: this.password, database: 'postgres', ssl: false },
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
      throw this.failure(`refuses the password in ${this.place.passwordFile}: restore that file`, error);
    }
    if (code === 'EACCES' || code === 'EPERM') {
      throw this.failure(`has its socket in ${this.place.socketDir}, which this user may not enter`, error);
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

  /** The start failed. Two causes end by themselves: another start, and the old server's last processes. */
  private judgeExit({ code, said }: NonNullable<Launch['exit']>): void {
    const passing = code === 0 || /lock file .* already exists|pre-existing shared memory block/.test(said);
    if (passing && Date.now() - this.lastSign < patience.silence) return;
    throw this.failure(`ended right after its start (exit code ${code}). Its log ends with:\n${said}`);
  }

  private failure(what: string, cause?: unknown): EmbeddedPostgresError {
    return new EmbeddedPostgresError(`The database server in ${this.place.location} ${what}`, { cause });
  }

  private tail(): string {
    return tailOf(this.place.logFile);
  }
}
