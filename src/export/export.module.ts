import { Module } from '@nestjs/common';
import { DatabaseModule } from '../platform/database/database.module.js';
import { CommentsModule } from '../comments/comments.module.js';
import { PostsModule } from '../posts/posts.module.js';
import { TagsModule } from '../tags/tags.module.js';
import { UsersModule } from '../users/users.module.js';
import { ExportService } from './export.service.js';

@Module({
  imports: [DatabaseModule, UsersModule, TagsModule, PostsModule, CommentsModule],
  providers: [ExportService],
  exports: [ExportService],
})
export class ExportModule {}
