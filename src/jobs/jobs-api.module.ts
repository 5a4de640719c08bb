import { Module } from '@nestjs/common';
import { ApiSection } from '../platform/http/contract/api-description.js';
import { IdempotencyModule } from '../platform/idempotency/idempotency.module.js';
import { JobsAdminModule } from './jobs-admin.module.js';
import { JobsController } from './jobs.controller.js';

@ApiSection('jobs', 'Endpoints to watch, retry and delete the jobs of the server as an administrator.', {
  rank: 2,
})
@Module({ imports: [IdempotencyModule, JobsAdminModule], controllers: [JobsController] })
export class JobsApiModule {}
