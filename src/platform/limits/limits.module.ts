import { type ExecutionContext, Global, Module } from '@nestjs/common';
import { ThrottlerModule } from '@nestjs/throttler';
import type { FastifyRequest } from 'fastify';
import { Config } from '../config/config.js';
import { Limits } from './limits.js';
import { LimitsGuard } from './limits.guard.js';
import { LimitStore } from './limit-store.js';
import { CountingThrottlerStorage } from './throttler-storage.js';
import { WindowStore } from './window-store.js';

const signedIn = (context: ExecutionContext) =>
  !!context.switchToHttp().getRequest<FastifyRequest>().caller?.principal;

@Global()
@Module({ providers: [LimitStore, WindowStore], exports: [LimitStore] })
class LimitStoreModule {}

@Global()
@Module({
  imports: [
    LimitStoreModule,
    ThrottlerModule.forRootAsync({
      inject: [Config, LimitStore],
      useFactory: (config: Config, store: LimitStore) => {
        const ttl = config.RATE_LIMIT_WINDOW_MS;
        return {
          storage: new CountingThrottlerStorage(store),
          throttlers: [
            {
              name: 'read',
              ttl,
              limit: (context) => (signedIn(context) ? config.RATE_LIMIT_USER_MAX : config.RATE_LIMIT_MAX),
            },
            {
              name: 'write',
              ttl,
              limit: (context) =>
                signedIn(context) ? config.RATE_LIMIT_USER_WRITE_MAX : config.RATE_LIMIT_WRITE_MAX,
            },
            { name: 'register', ttl, limit: config.REGISTER_RATE_LIMIT_MAX },
          ],
        };
      },
    }),
  ],
  providers: [Limits, LimitsGuard],
  exports: [Limits, LimitsGuard, ThrottlerModule],
})
export class LimitsModule {}
