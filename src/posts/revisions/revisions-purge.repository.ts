import { Injectable } from '@nestjs/common';
import type { Sql } from 'sql-template-tag';
import { Database, sql } from '../../platform/database/database.js';
import type { Id } from '../../platform/schemas/schemas.js';

/** The limits of a history. */
export interface Limits {
  most: number;
  days: number;
}

export interface StoredRevision {
  number: number;
  isWhole: boolean;
  /** True if it was replaced too long ago. */
  isOld: boolean;
  /** True for the newest, the current and the pending revision. */
  isFixed: boolean;
}

/** Finds and deletes old revisions. */
@Injectable()
export class RevisionsPurgeRepository {
  constructor(private readonly database: Database) {}

  transaction<T>(work: () => Promise<T>): Promise<T> {
    return this.database.transaction(work);
  }

  /**
   * Locks the history of a post with too old or too many revisions, and skips those that others lock. The order is the one of
   * an index, so that a search for one history does not pass over those that are trimmed already.
   */
  async lockNext({ most, days }: Limits, except: Id[]): Promise<Id | undefined> {
    const [row] = await this.database.query<{ id: Id }>(sql`
      WITH old AS (
        SELECT post_id FROM post_histories
        WHERE oldest_at < now() - make_interval(days => ${days}) AND post_id <> ALL(${except}::uuid[])
        ORDER BY oldest_at LIMIT 1 FOR UPDATE SKIP LOCKED
      ), long AS (
        SELECT post_id FROM post_histories
        WHERE kept > ${most} AND post_id <> ALL(${except}::uuid[])
        ORDER BY kept DESC LIMIT 1 FOR UPDATE SKIP LOCKED
      )
      SELECT post_id AS id FROM old UNION ALL SELECT post_id FROM long LIMIT 1`);
    return row?.id;
  }

  /** Returns the revisions of a locked history by number. */
  revisionsOf(postId: Id, { days }: Limits): Promise<StoredRevision[]> {
    return this.database.query(sql`
      SELECT r.number, r.is_whole AS "isWhole",
        coalesce(r.past_since < now() - make_interval(days => ${days}), false) AS "isOld",
        r.number IN (h.newest, h.current) OR e.number IS NOT NULL AS "isFixed"
      FROM ${revisionsWithAge(postId)} r JOIN post_histories h ON h.post_id = r.post_id
      LEFT JOIN post_pending_edits e ON e.post_id = r.post_id AND e.number = r.number
      ORDER BY r.number`);
  }

  /** Stores the whole content of a revision, so that it no longer requires those before it. */
  async makeWhole(postId: Id, number: number, content: Buffer): Promise<void> {
    await this.database.query(sql`
      UPDATE post_revisions SET content = ${content}, is_whole = true
      WHERE post_id = ${postId} AND number = ${number}`);
  }

  /** Deletes all other revisions of a post. Those that are kept whatever their age will be replaced later than now. */
  async keepOnly(postId: Id, kept: number[], fixed: number[]): Promise<void> {
    await this.database.query(sql`
      DELETE FROM post_revisions WHERE post_id = ${postId} AND number <> ALL(${kept}::integer[])`);
    await this.database.query(sql`
      UPDATE post_histories h SET kept = ${kept.length}, oldest_at = (
        SELECT min(CASE WHEN r.number = ANY(${fixed}::integer[]) THEN now() ELSE r.past_since END)
        FROM ${revisionsWithAge(postId)} r WHERE r.number <> h.newest)
      WHERE h.post_id = ${postId}`);
  }
}

/** The revisions of a post with the time since when each one is past: its replacement. */
const revisionsWithAge = (postId: Id): Sql => sql`(
  SELECT post_id, number, is_whole, coalesce(replaced_at, lead(created_at) OVER (ORDER BY number)) AS past_since
  FROM post_revisions WHERE post_id = ${postId})`;
