import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Logger } from '../logging/logger.js';
import { IdempotencyRepository } from './idempotency.repository.js';

const EVERY_MS = 60_000;
const BATCH = 500;

/** Deletes expired records, at most 500 a minute and process: never a large statement, never a wait. */
@Injectable()
export class IdempotencyPurge implements OnApplicationBootstrap, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly records: IdempotencyRepository,
    private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.purge(), EVERY_MS).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** @returns how many were deleted; 0 also when the database did not answer: the next minute tries again */
  async purge(): Promise<number> {
    try {
      return await this.records.deleteExpired(BATCH);
    } catch (error) {
      this.logger.debug(
        { reason: error instanceof Error ? error.message : 'unknown' },
        'idempotency records not purged',
      );
      return 0;
    }
  }
}
