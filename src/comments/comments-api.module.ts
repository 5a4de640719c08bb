import { Module } from '@nestjs/common';
import { ApiSection } from '../platform/http/contract/api-description.js';
import { IdempotencyModule } from '../platform/idempotency/idempotency.module.js';
import { CommentsController } from './comments.controller.js';
import { CommentsModule } from './comments.module.js';

@ApiSection('comments', 'Endpoints to write and moderate comments on posts.')
@Module({ imports: [IdempotencyModule, CommentsModule], controllers: [CommentsController] })
export class CommentsApiModule {}
