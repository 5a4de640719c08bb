import { Module } from '@nestjs/common';
import { IdempotencyModule } from '../platform/idempotency/idempotency.module.js';
import { PostsController } from './posts.controller.js';
import { PostsModule } from './posts.module.js';

@Module({ imports: [IdempotencyModule, PostsModule], controllers: [PostsController] })
export class PostsApiModule {}
