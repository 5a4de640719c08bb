import { Module } from '@nestjs/common';
import { AuditLogModule } from '../platform/audit/audit-log.module.js';
import { Jobs } from '../platform/jobs/jobs.js';
import { JobsModule } from '../platform/jobs/jobs.module.js';
import { ListsModule } from '../platform/lists/lists.module.js';
import { JobsService } from './jobs.service.js';
import { PROBE } from './probe.job.js';

@Module({
  imports: [AuditLogModule, JobsModule, ListsModule],
  providers: [JobsService],
  exports: [JobsService],
})
export class JobsAdminModule {
  constructor(jobs: Jobs) {
    jobs.handle(PROBE, () => Promise.resolve());
  }
}
