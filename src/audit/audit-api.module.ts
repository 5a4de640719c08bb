import { Module } from '@nestjs/common';
import { ApiSection } from '../platform/http/contract/api-description.js';
import { AuditController } from './audit.controller.js';
import { AuditModule } from './audit.module.js';

@ApiSection('audit', 'The audit log: who changed what, for administrators.')
@Module({ imports: [AuditModule], controllers: [AuditController] })
export class AuditApiModule {}
