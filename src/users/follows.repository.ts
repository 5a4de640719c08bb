import { Injectable } from '@nestjs/common';
import { raw, type Sql } from 'sql-template-tag';
import { Database, sql } from '../platform/database/database.js';
import type { Position } from '../platform/lists/cursors.js';
import { keyset, type SortKey } from '../platform/lists/keyset.js';
import type { Id } from '../platform/schemas/schemas.js';
import type { FollowView, ListFollowsQuery } from './follows.schemas.js';

/** The class of locks that the default of follows.created_at uses. */
const FOLLOW_WRITERS = 771_006;

export const SORT_KEYS: Record<ListFollowsQuery['sort']['key'], SortKey> = {
  followedAt: { expression: sql`f.created_at`, type: 'timestamptz', writers: FOLLOW_WRITERS },
};

/** A side of `follows`, as the column of those who are listed and the column of the account that is asked about. */
export type Side = 'followers' | 'following';
const COLUMNS: Record<Side, { listed: Sql; of: Sql }> = {
  followers: { listed: raw('f.follower_id'), of: raw('f.followed_id') },
  following: { listed: raw('f.followed_id'), of: raw('f.follower_id') },
};

export interface FollowCounts {
  followerCount: number;
  followingCount: number;
}

/** What a profile tells about followers. */
export interface FollowFacts extends FollowCounts {
  /** Absent for anonymous callers and for the account itself. */
  followed?: boolean;
}

@Injectable()
export class FollowsRepository {
  constructor(private readonly database: Database) {}

  transaction<T>(work: () => Promise<T>): Promise<T> {
    return this.database.transaction(work);
  }

  /** Returns false if the account is followed already. The primary key decides between concurrent requests. */
  async insert(followedId: Id, followerId: Id): Promise<boolean> {
    const rows = await this.database.query(sql`
      INSERT INTO follows (followed_id, follower_id) VALUES (${followedId}, ${followerId})
      ON CONFLICT DO NOTHING RETURNING 1`);
    return rows.length > 0;
  }

  async delete(followedId: Id, followerId: Id): Promise<boolean> {
    const rows = await this.database.query(
      sql`DELETE FROM follows WHERE followed_id = ${followedId} AND follower_id = ${followerId} RETURNING 1`,
    );
    return rows.length > 0;
  }

  async exists(followedId: Id, followerId: Id): Promise<boolean> {
    const rows = await this.database.query(
      sql`SELECT 1 FROM follows WHERE followed_id = ${followedId} AND follower_id = ${followerId}`,
    );
    return rows.length > 0;
  }

  /** Counts the rows, so that the numbers are always right. Two indexes contain all that is counted. */
  async counts(id: Id): Promise<FollowCounts> {
    const [row] = await this.database.prepared<FollowCounts>(sql`
      SELECT (SELECT count(*) FROM follows WHERE followed_id = ${id})::int AS "followerCount",
        (SELECT count(*) FROM follows WHERE follower_id = ${id})::int AS "followingCount"`);
    return row as FollowCounts;
  }

  /** Returns a page of active accounts. */
  list(
    id: Id,
    side: Side,
    query: ListFollowsQuery,
    start: Position | undefined,
    before?: string,
  ): Promise<(FollowView & { sortKey: string })[]> {
    const { listed, of } = COLUMNS[side];
    const key = SORT_KEYS[query.sort.key];
    const { after, orderBy, limit } = keyset(key, listed, query, start, before);
    return this.database.query(sql`
      SELECT u.id, u.name, u.bio, u.avatar_url AS "avatarUrl", u.website, f.created_at AS "followedAt",
        ${key.expression} AS "sortKey"
      FROM follows f JOIN users u ON u.id = ${listed} AND u.active
      WHERE ${of} = ${id} ${after} ${orderBy} ${limit}`);
  }
}
