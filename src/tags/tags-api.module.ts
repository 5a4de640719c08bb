import { Module } from '@nestjs/common';
import { IdempotencyModule } from '../platform/idempotency/idempotency.module.js';
import { TagsController } from './tags.controller.js';
import { TagsModule } from './tags.module.js';

@Module({ imports: [IdempotencyModule, TagsModule], controllers: [TagsController] })
export class TagsApiModule {}
