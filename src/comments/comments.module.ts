import { Module } from '@nestjs/common';
import { PostsModule } from '../posts/posts.module.js';
import './comment.entity.js';
import { CommentsRepository } from './comments.repository.js';
import { CommentsService } from './comments.service.js';

@Module({
  imports: [PostsModule],
  providers: [CommentsService, CommentsRepository],
  exports: [CommentsService],
})
export class CommentsModule {}
