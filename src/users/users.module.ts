import { Module } from '@nestjs/common';
import { CacheModule } from '../platform/cache/cache.module.js';
import { AdvisoryLocks } from '../platform/database/advisory-locks.js';
import { DatabaseModule } from '../platform/database/database.module.js';
import { ListsModule } from '../platform/lists/lists.module.js';
import { Periodic } from '../platform/periodic/periodic.js';
import type { Next } from '../platform/periodic/periodic-job.js';
import { PeriodicModule } from '../platform/periodic/periodic.module.js';
import { EmailBackfill } from './email-backfill.js';
import { UsersRepository } from './users.repository.js';
import { UsersService } from './users.service.js';
import './user.entity.js';

@Module({
  imports: [CacheModule, DatabaseModule, ListsModule, PeriodicModule],
  providers: [UsersService, UsersRepository, EmailBackfill],
  exports: [UsersService],
})
export class UsersModule {
  constructor(periodic: Periodic, lock: AdvisoryLocks, emails: EmailBackfill) {
    periodic.add({
      name: 'canonical-emails',
      roles: ['worker'],
      everyMs: 30_000,
      atStart: true,
      lock,
      run: async (signal): Promise<Next> => {
        await emails.fill(signal);
        return 'done';
      },
    });
  }
}
