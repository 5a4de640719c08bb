import { Module } from '@nestjs/common';
import { IdempotencyModule } from '../platform/idempotency/idempotency.module.js';
import { CommentsController } from './comments.controller.js';
import { CommentsModule } from './comments.module.js';

@Module({ imports: [IdempotencyModule, CommentsModule], controllers: [CommentsController] })
export class CommentsApiModule {}
