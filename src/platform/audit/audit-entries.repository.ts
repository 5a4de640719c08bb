import { Injectable } from '@nestjs/common';
import { bulk, type Sql } from 'sql-template-tag';
import { Database, sql } from '../database/database.js';
import type { Erasable } from './chain.js';

export interface NewEntry {
  id: string;
  via: string;
  actorId: string | null;
  actorName: string | null;
  credentialId: string | null;
  action: string;
  targetType: string;
  targetId: string;
  requestId: string | null;
  network: Erasable;
  changes: Erasable;
}

@Injectable()
export class AuditEntriesRepository {
  constructor(private readonly database: Database) {}

  transaction<T>(work: () => Promise<T>): Promise<T> {
    return this.database.transaction(work);
  }

  async insert(entry: NewEntry): Promise<void> {
    await this.database.prepared(insertionOf([entry]));
  }

  async insertAll(entries: NewEntry[]): Promise<void> {
    await this.database.query(insertionOf(entries));
  }

  /**
   * Deletes sealed entries that are older than this, at most `most` of them, and returns their number. The process has
   * no right to delete entries, so a function of the database decides.
   */
  async purge(days: number, most: number): Promise<number> {
    const [row] = await this.database.query<{ purged: number }>(
      sql`SELECT galley_audit_purge(${days}::integer, ${most}::integer) AS purged`,
    );
    return row?.purged ?? 0;
  }

  /** Removes the networks of an account and what was changed in it, and returns the number of entries. */
  async erase(accountId: string): Promise<number> {
    const [row] = await this.database.query<{ erased: number }>(
      sql`SELECT galley_audit_erase(${accountId}::uuid) AS erased`,
    );
    return row?.erased ?? 0;
  }
}

const insertionOf = (entries: NewEntry[]): Sql => sql`
  WITH made AS (
    INSERT INTO audit_entries (id, via, actor_id, actor_name, credential_id, action, target_type, target_id,
      request_id, network, network_salt, network_digest, changes, changes_salt, changes_digest)
    VALUES ${bulk(entries.map(columnsOf))}
    RETURNING id
  )
  INSERT INTO audit_unsealed (entry_id) SELECT id FROM made`;

const columnsOf = ({ network, changes, ...entry }: NewEntry) => [
  ...[
    entry.id,
    entry.via,
    entry.actorId,
    entry.actorName,
    entry.credentialId,
    entry.action,
    entry.targetType,
  ],
  ...[entry.targetId, entry.requestId, network.text, network.salt, network.digest],
  ...[changes.text, changes.salt, changes.digest],
];
