import { Injectable } from '@nestjs/common';
import { Database, sql } from '../database/database.js';
import { CHAINED } from './audit.sql.js';
import type { ChainedEntry } from './chain.js';

/** A place in the chain. */
export interface Seal {
  position: number;
  hash: Buffer;
}

@Injectable()
export class AuditSealsRepository {
  constructor(private readonly database: Database) {}

  transaction<T>(work: () => Promise<T>): Promise<T> {
    return this.database.transaction(work);
  }

  /** Returns the end of the chain, or undefined if nothing is sealed. */
  async head(): Promise<Seal | undefined> {
    const rows = await this.database.query<Seal>(
      sql`SELECT position::float8 AS position, hash FROM audit_seals ORDER BY audit_seals.position DESC LIMIT 1`,
    );
    return rows[0];
  }

  async hashAt(position: number): Promise<Buffer | undefined> {
    const rows = await this.database.query<Pick<Seal, 'hash'>>(
      sql`SELECT hash FROM audit_seals WHERE position = ${position}`,
    );
    return rows[0]?.hash;
  }

  /** Returns the oldest entries without a seal. Ids contain the time, so that a batch costs the same in any backlog. */
  unsealed(most: number): Promise<ChainedEntry[]> {
    return this.database.query(sql`
      SELECT ${CHAINED} FROM audit_unsealed u JOIN audit_entries e ON e.id = u.entry_id
      ORDER BY u.entry_id LIMIT ${most}`);
  }

  /** Adds seals, whose positions only one process can take. */
  async insert(seals: (Seal & { entryId: string })[]): Promise<void> {
    const ids = seals.map(({ entryId }) => entryId);
    await this.database.query(sql`
      INSERT INTO audit_seals (position, entry_id, hash)
      SELECT * FROM unnest(${seals.map(({ position }) => position)}::bigint[], ${ids}::uuid[],
        ${seals.map(({ hash }) => hash)}::bytea[])`);
    await this.database.query(sql`DELETE FROM audit_unsealed WHERE entry_id = ANY(${ids}::uuid[])`);
  }
}
