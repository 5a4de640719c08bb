import { Module } from '@nestjs/common';
import { AuditLogModule } from '../platform/audit/audit-log.module.js';
import { CacheModule } from '../platform/cache/cache.module.js';
import { AdvisoryLocks } from '../platform/database/advisory-locks.js';
import { DatabaseModule } from '../platform/database/database.module.js';
import { EventViews } from '../platform/event-views/event-views.js';
import { EventViewsModule } from '../platform/event-views/event-views.module.js';
import { EventsModule } from '../platform/events/events.module.js';
import { ListsModule } from '../platform/lists/lists.module.js';
import { Periodic } from '../platform/periodic/periodic.js';
import type { Next } from '../platform/periodic/periodic-job.js';
import { PeriodicModule } from '../platform/periodic/periodic.module.js';
import { EmailBackfill } from './email-backfill.js';
import { FollowsRepository } from './follows.repository.js';
import { FollowsService } from './follows.service.js';
import { UsersChanges } from './users.changes.js';
import { UsersRepository } from './users.repository.js';
import { UsersService } from './users.service.js';
import './follow.entity.js';
import './user.entity.js';

@Module({
  imports: [
    AuditLogModule,
    CacheModule,
    DatabaseModule,
    EventsModule,
    EventViewsModule,
    ListsModule,
    PeriodicModule,
  ],
  providers: [UsersChanges, UsersService, UsersRepository, FollowsService, FollowsRepository, EmailBackfill],
  exports: [UsersService, FollowsService],
})
export class UsersModule {
  constructor(
    periodic: Periodic,
    lock: AdvisoryLocks,
    emails: EmailBackfill,
    views: EventViews,
    changes: UsersChanges,
  ) {
    views.add(changes);
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
