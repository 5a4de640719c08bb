import { Module } from '@nestjs/common';
import { Periodic } from '../periodic/periodic.js';
import { PeriodicModule } from '../periodic/periodic.module.js';
import { RedisModule } from '../redis/redis.module.js';
import { LimitStore } from './limit-store.js';
import { WindowStore } from './window-store.js';

@Module({
  imports: [PeriodicModule, RedisModule],
  providers: [LimitStore, WindowStore],
  exports: [LimitStore],
})
export class LimitsModule {
  constructor(periodic: Periodic, windows: WindowStore) {
    periodic.add({
      name: 'limit-windows-sweep',
      roles: ['api', 'worker'],
      everyMs: 1000,
      run: () => windows.sweep(),
    });
  }
}
