import { Module } from '@nestjs/common';
import { ApiSection } from '../platform/http/contract/api-description.js';
import { HttpModule } from '../platform/http/http.module.js';
import { IdempotencyModule } from '../platform/idempotency/idempotency.module.js';
import { BulkController } from './bulk/bulk.controller.js';
import { PostActionsController } from './post-actions.controller.js';
import { PostsController } from './posts.controller.js';
import { PostsModule } from './posts.module.js';
import { RevisionsController } from './revisions/revisions.controller.js';
import { TagMergesController } from './tag-merges.controller.js';

@ApiSection('posts', 'Endpoints to create, edit, publish and list posts and pages.')
@Module({
  imports: [HttpModule, IdempotencyModule, PostsModule],
  controllers: [
    TagMergesController,
    BulkController,
    PostsController,
    PostActionsController,
    RevisionsController,
  ],
})
export class PostsApiModule {}
