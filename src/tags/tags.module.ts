import { Module } from '@nestjs/common';
import { CacheModule } from '../platform/cache/cache.module.js';
import { DatabaseModule } from '../platform/database/database.module.js';
import { ListsModule } from '../platform/lists/lists.module.js';
import './tag.entity.js';
import { TaggedPosts } from './tagged-posts.js';
import { TagsRepository } from './tags.repository.js';
import { TagsService } from './tags.service.js';

@Module({
  imports: [CacheModule, DatabaseModule, ListsModule],
  providers: [TagsService, TagsRepository, TaggedPosts],
  exports: [TagsService, TaggedPosts],
})
export class TagsModule {}
