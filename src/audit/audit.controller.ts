import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Allow } from '../platform/http/access/access.js';
import { Returns, Summary } from '../platform/http/contract/returns.decorator.js';
import { pickFields } from '../platform/lists/pick.js';
import { AUDIT } from './audit.access.js';
import { AuditPage, ListAuditQuery } from './audit.schemas.js';
import { AuditService } from './audit.service.js';

@ApiTags('audit')
@Controller('admin/audit')
export class AuditController {
  constructor(private readonly audit: AuditService) {}

  @Summary(
    'List audit entries',
    'Returns who changed accounts, roles, sessions, posts, comments, tags, webhooks and jobs, and which imports ran, newest first. Each write names its actions. Entries are kept for AUDIT_RETENTION_DAYS.',
  )
  @Get()
  @Allow(AUDIT.read)
  @Returns(200, AuditPage)
  async listAuditEntries(@Query({ schema: ListAuditQuery }) query: ListAuditQuery) {
    return pickFields(await this.audit.list(query), query.fields);
  }
}
