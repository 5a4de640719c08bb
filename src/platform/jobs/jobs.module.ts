import { Module } from '@nestjs/common';
import { AdvisoryLocks } from '../database/advisory-locks.js';
import { DatabaseModule } from '../database/database.module.js';
import { Notifications } from '../database/notifications.js';
import { Periodic } from '../periodic/periodic.js';
import { PeriodicModule } from '../periodic/periodic.module.js';
import { JobAnnouncements } from './job-announcements.js';
import { JobAttempts } from './job-attempts.js';
import { JobBacklog } from './job-backlog.js';
import { JobCompletions } from './job-completions.js';
import { JobMaintenance } from './job-maintenance.js';
import { JobMetrics } from './job-metrics.js';
import { JobRecords } from './job-records.js';
import { JobWorkers } from './job-workers.js';
import { JOBS_CHANNEL } from './jobs-channel.js';
import { Jobs } from './jobs.js';
import { JOBS_METRICS } from './jobs.metrics.js';
import { JobsRepository } from './jobs.repository.js';

const LOOK = 'jobs-look';
/** How long a job can wait that nothing announced. */
const LOOK_EVERY_MS = 1000;

@Module({
  imports: [DatabaseModule, PeriodicModule],
  providers: [
    ...JOBS_METRICS,
    JobAnnouncements,
    JobAttempts,
    JobBacklog,
    JobCompletions,
    JobMaintenance,
    JobMetrics,
    JobRecords,
    Jobs,
    JobsRepository,
    JobWorkers,
  ],
  exports: [JobRecords, Jobs],
})
export class JobsModule {
  constructor(
    periodic: Periodic,
    lock: AdvisoryLocks,
    notifications: Notifications,
    workers: JobWorkers,
    attempts: JobAttempts,
    maintenance: JobMaintenance,
    backlog: JobBacklog,
  ) {
    const roles = ['worker'] as const;
    if (workers.runs)
      notifications.on(JOBS_CHANNEL, (names) =>
        names ? workers.wake(names.split(',')) : periodic.wake(LOOK),
      );
    const look = () => workers.look();
    periodic.add({ name: LOOK, roles, everyMs: LOOK_EVERY_MS, atStart: true, run: look });
    periodic.add({ name: 'jobs-leases', roles, everyMs: 5000, run: () => attempts.renew() });
    periodic.add({
      name: 'jobs-takeover',
      roles,
      everyMs: 5000,
      atStart: true,
      lock,
      run: () => maintenance.takeOver(),
    });
    const measure = () => backlog.measure();
    periodic.add({ name: 'jobs-backlog', roles, everyMs: 15_000, atStart: true, run: measure });
    periodic.add({ name: 'jobs-purge', roles, everyMs: 30_000, lock, run: () => maintenance.purge() });
  }
}
