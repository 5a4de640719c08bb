import { Injectable } from '@nestjs/common';
import { Database, sql } from '../platform/database/database.js';

/** The class of the advisory locks. */
const RESOURCES = 771_108;
/** A replay of many resources must not need more locks than PostgreSQL has. */
const BUCKETS = 256;

/**
 * Lets one transaction at a time change which delivery of a resource is next. It is a lock of the resource and not of the
 * webhook, so that the consumer of the log never waits for the results of a busy receiver.
 */
@Injectable()
export class ResourceLocks {
  constructor(private readonly database: Database) {}

  /** Waits for the locks in a fixed order. They end with the transaction. */
  async acquire(resources: (string | null)[]): Promise<void> {
    await this.database.query(sql`
      SELECT pg_advisory_xact_lock(${RESOURCES}, bucket) FROM (
        SELECT DISTINCT hashtext(resource) & ${BUCKETS - 1} AS bucket FROM unnest(${resources}::text[]) AS resource
        WHERE resource IS NOT NULL ORDER BY 1) buckets`);
  }
}
