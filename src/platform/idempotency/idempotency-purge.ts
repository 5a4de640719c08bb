import { Injectable } from '@nestjs/common';
import { PURGE_BATCH } from '../periodic/purging.js';
import { IdempotencyRepository } from './idempotency.repository.js';

/** Deletes expired records. */
@Injectable()
export class IdempotencyPurge {
  constructor(private readonly records: IdempotencyRepository) {}

  /**
   * Deletes at most one batch.
   * @returns the number of deleted records
   */
  purge(): Promise<number> {
    return this.records.deleteExpired(PURGE_BATCH);
  }
}
