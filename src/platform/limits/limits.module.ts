import { Global, Module } from '@nestjs/common';
import { Limits } from '../http/tiers/limits.js';
import { Periodic } from '../periodic/periodic.js';
import { PeriodicModule } from '../periodic/periodic.module.js';
import { LimitStore } from './limit-store.js';
import { RequestLimits } from '../http/tiers/request-limits.js';
import { WindowStore } from './window-store.js';

@Global()
@Module({
  imports: [PeriodicModule],
  providers: [Limits, LimitStore, RequestLimits, WindowStore],
  exports: [Limits, RequestLimits],
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
