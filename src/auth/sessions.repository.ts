import { Injectable } from '@nestjs/common';
import { Database, sql } from '../platform/database/database.js';
import type { Principal } from '../platform/http/access/principal.js';
import type { Id } from '../platform/schemas/schemas.js';
import type { OwnedSession } from './auth.audit.js';

/** A session ends this long after the login, however often it is refreshed. */
const ABSOLUTE_LIFE_DAYS = 30;
/** How long the direct predecessor of the newest token still returns that token. */
const GRACE_SECONDS = 30;

/** The state of a presented token in the database. */
export interface PresentedToken {
  sessionId: Id;
  userId: Id;
  /** True if the session has not expired and the account is active. */
  alive: boolean;
  newest: boolean;
  /** True for the direct predecessor of the newest token if it was first rotated at most 30 s ago. */
  inGrace: boolean;
}

@Injectable()
export class SessionsRepository {
  constructor(private readonly database: Database) {}

  transaction<T>(work: () => Promise<T>): Promise<T> {
    return this.database.transaction(work);
  }

  /**
   * Returns the caller of a session. Each request reads it, so changes of roles and disabled accounts take effect
   * immediately. Joins users.
   */
  async findPrincipal(sessionId: Id, userId: Id, idleSeconds: number): Promise<Principal | undefined> {
    const rows = await this.database.prepared<Principal>(sql`
      SELECT u.id, u.role, s.id AS "sessionId"
      FROM sessions s JOIN users u ON u.id = s.user_id
      WHERE s.id = ${sessionId} AND u.id = ${userId} AND ${alive(idleSeconds)}`);
    return rows[0];
  }

  /** The same for many sessions, whose accounts are known. Joins users. */
  findPrincipals(sessionIds: Id[], idleSeconds: number): Promise<Principal[]> {
    return this.database.query(sql`
      SELECT u.id, u.role, s.id AS "sessionId"
      FROM sessions s JOIN users u ON u.id = s.user_id
      WHERE s.id = ANY(${sessionIds}::uuid[]) AND ${alive(idleSeconds)}`);
  }

  async insert(session: { id: Id; userId: Id; context: string | null; tokenHash: Buffer }): Promise<void> {
    await this.database.query(sql`
      WITH made AS (
        INSERT INTO sessions (id, user_id, context, created_at, last_used_at)
        VALUES (${session.id}, ${session.userId}, ${session.context}, clock_timestamp(), clock_timestamp())
        RETURNING id
      )
      INSERT INTO refresh_tokens (hash, session_id, generation) SELECT ${session.tokenHash}, id, 1 FROM made`);
  }

  /**
   * Ends all but the `most` most recently used sessions. The caller must lock the account, so that concurrent
   * logins do not count the same sessions.
   * @returns the ids of the sessions that ended
   */
  async endAllBut(most: number, userId: Id): Promise<Id[]> {
    const rows = await this.database.query<{ id: Id }>(sql`
      DELETE FROM sessions WHERE user_id = ${userId} AND id NOT IN (
        SELECT id FROM sessions WHERE user_id = ${userId} ORDER BY last_used_at DESC, id DESC LIMIT ${most})
      RETURNING id`);
    return rows.map(({ id }) => id);
  }

  /** Reads the state of a token. Joins users. */
  async findPresented(hash: Buffer, idleSeconds: number): Promise<PresentedToken | undefined> {
    const [presented] = await this.database.query<PresentedToken>(sql`
      SELECT s.id AS "sessionId", s.user_id AS "userId", ${alive(idleSeconds)} AS alive, t.rotated_at IS NULL AS newest,
        coalesce(t.generation = s.generation - 1
          AND t.rotated_at > clock_timestamp() - make_interval(secs => ${GRACE_SECONDS}), false) AS "inGrace"
      FROM refresh_tokens t JOIN sessions s ON s.id = t.session_id JOIN users u ON u.id = s.user_id
      WHERE t.hash = ${hash}`);
    return presented;
  }

  /** Locks the session. Statements after this one see the rotation that it has waited for. */
  async lock(sessionId: Id): Promise<void> {
    await this.database.query(sql`SELECT 1 FROM sessions WHERE id = ${sessionId} FOR UPDATE`);
  }

  async rotate(sessionId: Id, hash: Buffer, successor: Buffer): Promise<void> {
    await this.database.query(sql`
      WITH session AS (
        UPDATE sessions SET generation = generation + 1, last_used_at = clock_timestamp()
        WHERE id = ${sessionId} RETURNING id, generation
      ), parent AS (
        UPDATE refresh_tokens SET rotated_at = clock_timestamp() WHERE hash = ${hash}
      )
      INSERT INTO refresh_tokens (hash, session_id, generation) SELECT ${successor}, id, generation FROM session`);
  }

  /** @returns the session, or undefined if it had ended before */
  async end(sessionId: Id): Promise<OwnedSession | undefined> {
    const rows = await this.database.query<OwnedSession>(
      sql`DELETE FROM sessions WHERE id = ${sessionId} RETURNING id, user_id AS "userId"`,
    );
    return rows[0];
  }

  /** @returns the session, or undefined if it had ended before */
  async endByToken(hash: Buffer): Promise<OwnedSession | undefined> {
    const rows = await this.database.query<OwnedSession>(sql`
      DELETE FROM sessions s USING refresh_tokens t WHERE t.session_id = s.id AND t.hash = ${hash}
      RETURNING s.id, s.user_id AS "userId"`);
    return rows[0];
  }

  /** @returns the number of sessions that ended */
  async endOthers(userId: Id, kept: Id): Promise<number> {
    const rows = await this.database.query(
      sql`DELETE FROM sessions WHERE user_id = ${userId} AND id <> ${kept} RETURNING 1 AS ended`,
    );
    return rows.length;
  }
}

/** A condition over `sessions s` and `users u` that uses the clock of the database. */
const alive = (idleSeconds: number) => sql`(u.active
  AND s.created_at > coalesce(u.sessions_ended_at, '-infinity')
  AND s.created_at > clock_timestamp() - make_interval(days => ${ABSOLUTE_LIFE_DAYS})
  AND s.last_used_at > clock_timestamp() - make_interval(secs => ${idleSeconds}))`;
