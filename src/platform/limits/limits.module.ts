import { type ExecutionContext, Global, Module } from '@nestjs/common';
import { ThrottlerModule } from '@nestjs/throttler';
import type { FastifyRequest } from 'fastify';
import { Config } from '../config/config.js';
import { Limits } from './limits.js';
import { LimitsGuard } from './limits.guard.js';
import { BoundedThrottlerStorage } from './throttler-storage.js';
import { WindowStore } from './window-store.js';

const signedIn = (context: ExecutionContext) =>
  !!context.switchToHttp().getRequest<FastifyRequest>().caller?.principal;

@Global()
@Module({ providers: [WindowStore], exports: [WindowStore] })
class WindowStoreModule {}

@Global()
@Module({
  imports: [
    WindowStoreModule,
    ThrottlerModule.forRootAsync({
      inject: [Config, WindowStore],
      useFactory: (config: Config, store: WindowStore) => {
        const ttl = config.RATE_LIMIT_WINDOW_MS;
        return {
          storage: new BoundedThrottlerStorage(store),
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
