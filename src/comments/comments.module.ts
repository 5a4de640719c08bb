import { Module } from '@nestjs/common';
import { AuditLogModule } from '../platform/audit/audit-log.module.js';
import { ContentModule } from '../platform/content/content.module.js';
import { DatabaseModule } from '../platform/database/database.module.js';
import { EventViews } from '../platform/event-views/event-views.js';
import { EventViewsModule } from '../platform/event-views/event-views.module.js';
import { EventsModule } from '../platform/events/events.module.js';
import { ListsModule } from '../platform/lists/lists.module.js';
import { PostsModule } from '../posts/posts.module.js';
import './comment.entity.js';
import { CommentsChanges } from './comments.changes.js';
import { CommentsRepository } from './comments.repository.js';
import { CommentsService } from './comments.service.js';

@Module({
  imports: [
    AuditLogModule,
    ContentModule,
    DatabaseModule,
    EventsModule,
    EventViewsModule,
    ListsModule,
    PostsModule,
  ],
  providers: [CommentsChanges, CommentsService, CommentsRepository],
  exports: [CommentsService],
})
export class CommentsModule {
  constructor(views: EventViews, changes: CommentsChanges) {
    views.add(changes);
  }
}
