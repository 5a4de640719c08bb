import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { Place } from './data-directory.js';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { Joining, LOCK_KEY } from './joining.js';
import type { Postmaster } from './postmaster.js';

/** These methods are missing in the types of pg. They decide whether the socket keeps the process alive. */
type Countable = pg.Client & { ref(): void; unref(): void };

/**
 * The use of the server by one process: a session that holds a shared advisory lock. A process that can acquire the
 * exclusive lock is the last user and can stop the server.
 */
export class ServerReference {
  private constructor(
    readonly session: pg.Client,
    private readonly postmaster: Postmaster,
  ) {}

  /**
   * Joins the running server, or starts it.
   * @throws EmbeddedPostgresError if it cannot be started or reached; a server that this call started is stopped
   * again
   */
  static async take(
    place: Place,
    postmaster: Postmaster,
    password: string,
    signal?: AbortSignal,
  ): Promise<ServerReference> {
    const joining = new Joining(place, postmaster, password);
    try {
      for (;;) {
        signal?.throwIfAborted();
        const session = await joining.once();
        if (session) return new ServerReference(session, postmaster);
        await sleep(15);
      }
    } catch (error) {
      if (joining.launch && !joining.launch.exit) await postmaster.stop();
      throw error;
    }
  }

  /** Calls back when the session ends, which only happens if its server dies. */
  watch(ended: () => void): void {
    (this.session as Countable).unref(); // The session must not keep the process alive.
    this.session.once('end', ended);
  }

  /** Ends the use. The last user stops the server and waits until it has ended. */
  async release(): Promise<void> {
    (this.session as Countable).ref();
    try {
      await this.session.query('SELECT pg_advisory_unlock_shared($1)', [LOCK_KEY]);
      const { rows } = await this.session.query<{ last: boolean }>(
        'SELECT pg_try_advisory_lock($1) AS last',
        [LOCK_KEY],
      );
      // The session keeps the lock, so a new process cannot share it and waits for the next server.
      if (rows[0]?.last) await this.postmaster.stop();
    } catch (error) {
      // Otherwise the server has died, and there is nothing to end.
      if (error instanceof EmbeddedPostgresError) throw error;
    } finally {
      await this.session.end().catch(() => undefined);
    }
  }
}
