import { Injectable } from '@nestjs/common';
import { empty, raw, type Sql } from 'sql-template-tag';
import { Database, sql } from '../platform/database/database.js';
import type { Position } from '../platform/lists/cursors.js';
import { keyset, type SortKey } from '../platform/lists/keyset.js';
import type { AuditEntryView, ListAuditQuery } from './audit.schemas.js';

/** The class of locks that the default of audit_entries.at uses. */
const AUDIT_WRITERS = 771_003;

export const SORT_KEYS: Record<ListAuditQuery['sort']['key'], SortKey> = {
  at: { expression: sql`e.at`, type: 'timestamptz', writers: AUDIT_WRITERS },
};

/** One value is compared with `=`, so that an index returns its rows in the order of the list. */
function oneOf(column: Sql, type: 'text' | 'uuid', values: string[] | undefined): Sql {
  if (!values) return empty;
  const [only] = values;
  if (values.length === 1) return sql`AND ${column} = ${only}::${raw(type)}`;
  return sql`AND ${column} = ANY(${values}::${raw(type)}[])`;
}

@Injectable()
export class AuditRepository {
  constructor(private readonly database: Database) {}

  /** Returns a page of audit_entries, which the platform writes. Joins users. */
  list(
    query: ListAuditQuery,
    start: Position | undefined,
    before?: string,
  ): Promise<(AuditEntryView & { sortKey: string })[]> {
    const key = SORT_KEYS[query.sort.key];
    const { after, orderBy, limit } = keyset(key, sql`e.id`, query, start, before);
    const { actor, via, action, targetType, targetId, at } = query.filter;
    return this.database.query(sql`
      SELECT e.id, e.at, json_build_object('id', e.actor_id, 'name', coalesce(u.name, e.actor_name), 'via', e.via,
          'credentialId', e.credential_id) AS actor, e.action,
        json_build_object('type', e.target_type, 'id', e.target_id) AS target, e.network,
        e.request_id AS "requestId", e.changes, ${key.expression} AS "sortKey"
      FROM audit_entries e LEFT JOIN users u ON u.id = e.actor_id
      WHERE true ${oneOf(sql`e.actor_id`, 'uuid', actor)} ${oneOf(sql`e.via`, 'text', via)}
        ${oneOf(sql`e.action`, 'text', action)} ${oneOf(sql`e.target_type`, 'text', targetType)}
        ${oneOf(sql`e.target_id`, 'text', targetId)} ${at?.gte ? sql`AND e.at >= ${at.gte}` : empty}
        ${at?.lt ? sql`AND e.at < ${at.lt}` : empty} ${after} ${orderBy} ${limit}`);
  }
}
