import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { type Place } from './data-directory.js';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { Joining, lockKey } from './joining.js';
import { type Postmaster } from './postmaster.js';

/** What pg's types leave out: whether the socket counts as a reason for the process to live. */
type Countable = pg.Client & { ref(): void; unref(): void };

/**
 * The use of the server by one process: a session of its own that holds a shared advisory lock.
 * Whoever can take the lock exclusively is the last user and may stop the server.
 */
export class ServerReference {
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
