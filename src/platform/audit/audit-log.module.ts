import { Inject, Module } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import { AdvisoryLocks } from '../database/advisory-locks.js';
import { DatabaseModule } from '../database/database.module.js';
import { Periodic } from '../periodic/periodic.js';
import { PeriodicModule } from '../periodic/periodic.module.js';
import { PURGE_BATCH, purging } from '../periodic/purging.js';
import { AuditEntriesRepository } from './audit-entries.repository.js';
import './audit-entry.entity.js';
import { AuditLog } from './audit-log.js';
import './audit-seal.entity.js';
import { AuditSealsRepository } from './audit-seals.repository.js';
import './audit-unsealed.entity.js';
import { auditSettings } from './audit.settings.js';
import { Sealing } from './sealing.js';

@Module({
  imports: [DatabaseModule, PeriodicModule],
  providers: [AuditEntriesRepository, AuditLog, AuditSealsRepository, Sealing],
  exports: [AuditLog],
})
export class AuditLogModule {
  constructor(
    periodic: Periodic,
    lock: AdvisoryLocks,
    sealing: Sealing,
    entries: AuditEntriesRepository,
    @Inject(auditSettings.KEY) { AUDIT_RETENTION_DAYS: days }: ConfigType<typeof auditSettings>,
  ) {
    periodic.add({
      name: 'audit-seal',
      roles: ['worker'],
      everyMs: 3000,
      atStart: true,
      lock,
      run: () => sealing.run(),
    });
    periodic.add({
      name: 'audit-purge',
      roles: ['worker'],
      everyMs: 600_000,
      lock,
      run: purging(() => entries.transaction(() => entries.purge(days, PURGE_BATCH))),
    });
  }
}
