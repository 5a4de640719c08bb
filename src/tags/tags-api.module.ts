import { Module } from '@nestjs/common';
import { ApiSection } from '../platform/http/contract/api-description.js';
import { IdempotencyModule } from '../platform/idempotency/idempotency.module.js';
import { TagsController } from './tags.controller.js';
import { TagsModule } from './tags.module.js';

@ApiSection('tags', 'Endpoints to list and manage the tags of posts.', { rank: 1 })
@Module({ imports: [IdempotencyModule, TagsModule], controllers: [TagsController] })
export class TagsApiModule {}
