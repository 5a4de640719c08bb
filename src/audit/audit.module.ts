import { Module } from '@nestjs/common';
import { AuditLogModule } from '../platform/audit/audit-log.module.js';
import { DatabaseModule } from '../platform/database/database.module.js';
import { ListsModule } from '../platform/lists/lists.module.js';
import { AuditRepository } from './audit.repository.js';
import { AuditService } from './audit.service.js';

@Module({
  imports: [AuditLogModule, DatabaseModule, ListsModule],
  providers: [AuditRepository, AuditService],
  exports: [AuditService],
})
export class AuditModule {}
