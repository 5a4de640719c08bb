import { Module } from '@nestjs/common';
import { AdvisoryLocks } from '../database/advisory-locks.js';
import { DatabaseModule } from '../database/database.module.js';
import { Periodic } from '../periodic/periodic.js';
import { PeriodicModule } from '../periodic/periodic.module.js';
import { purging } from '../periodic/purging.js';
import './idempotency-key.entity.js';
import { IdempotencyInterceptor } from './idempotency.interceptor.js';
import { IdempotencyPurge } from './idempotency-purge.js';
import { IdempotencyRepository } from './idempotency.repository.js';
import { IdempotencyService } from './idempotency.service.js';
import { Replays } from './replays.js';

@Module({
  imports: [DatabaseModule, PeriodicModule],
  providers: [IdempotencyInterceptor, IdempotencyPurge, IdempotencyRepository, IdempotencyService, Replays],
  exports: [IdempotencyInterceptor, Replays],
})
export class IdempotencyModule {
  constructor(periodic: Periodic, lock: AdvisoryLocks, records: IdempotencyPurge) {
    periodic.add({
      name: 'idempotency-purge',
      roles: ['worker'],
      everyMs: 60_000,
      lock,
      run: purging(() => records.purge()),
    });
  }
}
