import { Module } from '@nestjs/common';
import { DatabaseModule } from '../platform/database/database.module.js';
import { CommentsModule } from '../comments/comments.module.js';
import { PostsModule } from '../posts/posts.module.js';
import { TagsModule } from '../tags/tags.module.js';
import { ExportService } from './export.service.js';
import { WritersRepository } from './writers.repository.js';

@Module({
  imports: [DatabaseModule, TagsModule, PostsModule, CommentsModule],
  providers: [ExportService, WritersRepository],
  exports: [ExportService],
})
export class ExportModule {}
