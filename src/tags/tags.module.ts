import { Module } from '@nestjs/common';
import { AuditLogModule } from '../platform/audit/audit-log.module.js';
import { CacheModule } from '../platform/cache/cache.module.js';
import { DatabaseModule } from '../platform/database/database.module.js';
import { EventViews } from '../platform/event-views/event-views.js';
import { EventViewsModule } from '../platform/event-views/event-views.module.js';
import { EventsModule } from '../platform/events/events.module.js';
import { ListsModule } from '../platform/lists/lists.module.js';
import './tag.entity.js';
import { TaggedPosts } from './tagged-posts.js';
import { TagsChanges } from './tags.changes.js';
import { TagsRepository } from './tags.repository.js';
import { TagsService } from './tags.service.js';

@Module({
  imports: [AuditLogModule, CacheModule, DatabaseModule, EventsModule, EventViewsModule, ListsModule],
  providers: [TagsChanges, TagsService, TagsRepository, TaggedPosts],
  exports: [TagsService, TaggedPosts],
})
export class TagsModule {
  constructor(views: EventViews, changes: TagsChanges) {
    views.add(changes);
  }
}
