import { Module } from '@nestjs/common';
import { AdvisoryLocks } from '../database/advisory-locks.js';
import { DatabaseModule } from '../database/database.module.js';
import { Periodic } from '../periodic/periodic.js';
import { PeriodicModule } from '../periodic/periodic.module.js';
import { BodyThreads } from './body-threads.js';
import { Renderer } from './renderer.js';
import { StaleRenderings } from './stale-renderings.js';

@Module({
  imports: [DatabaseModule, PeriodicModule],
  providers: [BodyThreads, Renderer, StaleRenderings],
  exports: [BodyThreads, Renderer, StaleRenderings],
})
export class ContentModule {
  constructor(periodic: Periodic, lock: AdvisoryLocks, stale: StaleRenderings) {
    periodic.add({
      name: 'stale-renderings',
      roles: ['worker'],
      everyMs: 30_000,
      atStart: true,
      lock,
      run: (signal) => stale.render(signal),
    });
  }
}
