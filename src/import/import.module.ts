import { Module } from '@nestjs/common';
import { CacheModule } from '../platform/cache/cache.module.js';
import { ContentModule } from '../platform/content/content.module.js';
import { DatabaseModule } from '../platform/database/database.module.js';
import { CommentsModule } from '../comments/comments.module.js';
import { PostsModule } from '../posts/posts.module.js';
import { TagsModule } from '../tags/tags.module.js';
import { UsersModule } from '../users/users.module.js';
import { AuthorsWriter } from './authors.writer.js';
import { CommentsWriter } from './comments.writer.js';
import { FeaturedImagesWriter } from './featured-images.writer.js';
import './import-key.entity.js';
import { ImportKeysRepository } from './import-keys.repository.js';
import { ImportService } from './import.service.js';
import { PostsWriter } from './posts.writer.js';
import { SubpagesWriter } from './subpages.writer.js';
import { TagsWriter } from './tags.writer.js';

@Module({
  imports: [CacheModule, ContentModule, DatabaseModule, UsersModule, TagsModule, PostsModule, CommentsModule],
  providers: [
    ImportService,
    ImportKeysRepository,
    AuthorsWriter,
    TagsWriter,
    PostsWriter,
    SubpagesWriter,
    FeaturedImagesWriter,
    CommentsWriter,
  ],
  exports: [ImportService],
})
export class ImportModule {}
