import { Inject, Module } from '@nestjs/common';
import { AdvisoryLocks } from '../platform/database/advisory-locks.js';
import { DatabaseModule } from '../platform/database/database.module.js';
import { EventConsumers } from '../platform/events/event-consumers.js';
import { EventsModule } from '../platform/events/events.module.js';
import { ListsModule } from '../platform/lists/lists.module.js';
import { MailJobsModule } from '../platform/mail/mail-jobs.module.js';
import { MailModule } from '../platform/mail/mail.module.js';
import { Periodic } from '../platform/periodic/periodic.js';
import { PeriodicModule } from '../platform/periodic/periodic.module.js';
import { PURGE_BATCH, purging } from '../platform/periodic/purging.js';
import { PostsModule } from '../posts/posts.module.js';
import { UsersModule } from '../users/users.module.js';
import './notification-digest.entity.js';
import './notification-preference.entity.js';
import './notification-refusal.entity.js';
import './notification.entity.js';
import { CurrentNoticesRepository } from './current-notices.repository.js';
import { Digests } from './digests.js';
import { DigestsRepository } from './digests.repository.js';
import { MentionedAccounts } from './mentioned-accounts.js';
import { NoticeMails } from './notice-mails.js';
import { NoticeMailsRepository } from './notice-mails.repository.js';
import { NoticesRepository } from './notices.repository.js';
import { Notices } from './notices.js';
import { NotificationsRepository } from './notifications.repository.js';
import { NotificationsService } from './notifications.service.js';
import { type NotificationsSettings, notificationsSettings } from './notifications.settings.js';
import { PreferencesRepository } from './preferences.repository.js';
import { PreferencesService } from './preferences.service.js';
import { RefusalsRepository } from './refusals.repository.js';
import { UnsubscribeLinks } from './unsubscribe-links.js';

@Module({
  imports: [
    DatabaseModule,
    EventsModule,
    ListsModule,
    MailJobsModule,
    MailModule,
    PeriodicModule,
    PostsModule,
    UsersModule,
  ],
  providers: [
    CurrentNoticesRepository,
    Digests,
    DigestsRepository,
    MentionedAccounts,
    NoticeMails,
    NoticeMailsRepository,
    Notices,
    NoticesRepository,
    NotificationsRepository,
    NotificationsService,
    PreferencesRepository,
    PreferencesService,
    RefusalsRepository,
    UnsubscribeLinks,
  ],
  exports: [NotificationsService, PreferencesService, UnsubscribeLinks],
})
export class NotificationsModule {
  constructor(
    periodic: Periodic,
    consumers: EventConsumers,
    lock: AdvisoryLocks,
    notices: Notices,
    digests: Digests,
    notifications: NotificationsRepository,
    refusals: RefusalsRepository,
    @Inject(notificationsSettings.KEY) { NOTIFICATIONS_RETENTION_DAYS: days }: NotificationsSettings,
  ) {
    consumers.add(notices);
    periodic.add({
      name: 'notification-digests',
      roles: ['worker'],
      everyMs: 60_000,
      lock,
      run: (signal) => digests.run(signal),
    });
    periodic.add({
      name: 'notifications-purge',
      roles: ['worker'],
      everyMs: 60_000,
      run: purging(() => notifications.transaction(() => notifications.deleteOld(days, PURGE_BATCH))),
    });
    periodic.add({
      name: 'notification-refusals-purge',
      roles: ['worker'],
      everyMs: 3_600_000,
      run: purging(() => refusals.deleteOld(PURGE_BATCH)),
    });
  }
}
