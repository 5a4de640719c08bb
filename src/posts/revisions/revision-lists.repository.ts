import { Injectable } from '@nestjs/common';
import type { Sql } from 'sql-template-tag';
import { Database, sql } from '../../platform/database/database.js';
import type { Position } from '../../platform/lists/cursors.js';
import { keyset, type SortKey } from '../../platform/lists/keyset.js';
import type { Id } from '../../platform/schemas/schemas.js';
import { time } from '../post.sql.js';
import type { ListRevisionsQuery, RevisionItemView } from './revisions.schemas.js';

/** The content of a post that no revision has yet. Its number is the next one. */
export interface Unrecorded {
  number: number;
  title: string;
  changed: string[];
  version: number;
  createdAt: string;
}

/** The numbers that determine the states of revisions. */
export interface Numbers {
  current: number;
  pending: number | null;
}

const KEY: SortKey = { expression: sql`r.number`, type: 'integer' };

/** Reads revisions as their editors see them. */
@Injectable()
export class RevisionListsRepository {
  constructor(private readonly database: Database) {}

  list(
    postId: Id,
    numbers: Numbers,
    unrecorded: Unrecorded | undefined,
    query: ListRevisionsQuery,
    start: Position | undefined,
  ): Promise<(RevisionItemView & { id: Id; sortKey: string })[]> {
    const { after, orderBy, limit } = keyset(KEY, sql`r.post_id`, query, start);
    return this.database.query(sql`
      SELECT ${columns(numbers)}, r.post_id AS id, r.number::text AS "sortKey"
      FROM ${source(postId, unrecorded)} r WHERE true ${after} ${orderBy} ${limit}`);
  }

  async find(
    postId: Id,
    numbers: Numbers,
    unrecorded: Unrecorded | undefined,
    number: number,
  ): Promise<RevisionItemView | undefined> {
    const rows = await this.database.query<RevisionItemView>(sql`
      SELECT ${columns(numbers)} FROM ${source(postId, unrecorded)} r WHERE r.number = ${number}`);
    return rows[0];
  }

  /** Returns the number of the stored revision before this one. */
  async numberBefore(postId: Id, number: number): Promise<number | null> {
    const [row] = await this.database.query<{ number: number | null }>(sql`
      SELECT max(number) AS number FROM post_revisions WHERE post_id = ${postId} AND number < ${number}`);
    return row?.number ?? null;
  }
}

/** The stored revisions of a post and its unrecorded content. */
function source(postId: Id, unrecorded: Unrecorded | undefined): Sql {
  const stored = sql`
    SELECT post_id, number, title, note, author_id, created_at, changed, version, restored_from
    FROM post_revisions WHERE post_id = ${postId}`;
  if (!unrecorded) return sql`(${stored})`;
  const { number, title, changed, version, createdAt } = unrecorded;
  return sql`(${stored} UNION ALL
    SELECT ${postId}::uuid, ${number}::integer, ${title}::text, NULL, NULL, ${createdAt}::timestamptz,
      ${changed}::text[], ${version}::integer, NULL)`;
}

/** Joins users. */
const columns = ({ current, pending }: Numbers) => sql`
  r.number, r.title, r.note, (SELECT row_to_json(a) FROM (
    SELECT u.id, u.name, u.avatar_url AS "avatarUrl" FROM users u WHERE u.id = r.author_id) a) AS author,
  ${time(sql`r.created_at`)} AS "createdAt",
  CASE r.number WHEN ${pending}::integer THEN 'pending' WHEN ${current}::integer THEN 'current' ELSE 'past' END AS state,
  r.changed, r.version, r.restored_from AS "restoredFrom"`;
