import { Global, Module } from '@nestjs/common';
import './idempotency-key.entity.js';
import { IdempotencyInterceptor } from './idempotency.interceptor.js';
import { IdempotencyPurge } from './idempotency-purge.js';
import { IdempotencyRepository } from './idempotency.repository.js';
import { IdempotencyService } from './idempotency.service.js';
import { Replays } from './replays.js';

@Global()
@Module({
  providers: [IdempotencyInterceptor, IdempotencyPurge, IdempotencyRepository, IdempotencyService, Replays],
  exports: [IdempotencyInterceptor, Replays],
})
export class IdempotencyModule {}
