import { Module } from '@nestjs/common';
import { ContentModule } from '../platform/content/content.module.js';
import { DatabaseModule } from '../platform/database/database.module.js';
import { ListsModule } from '../platform/lists/lists.module.js';
import { PostsModule } from '../posts/posts.module.js';
import './comment.entity.js';
import { CommentsRepository } from './comments.repository.js';
import { CommentsService } from './comments.service.js';

@Module({
  imports: [ContentModule, DatabaseModule, ListsModule, PostsModule],
  providers: [CommentsService, CommentsRepository],
  exports: [CommentsService],
})
export class CommentsModule {}
