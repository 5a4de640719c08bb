import { Module } from '@nestjs/common';
import { AuditLogModule } from '../platform/audit/audit-log.module.js';
import { CacheModule } from '../platform/cache/cache.module.js';
import { ContentModule } from '../platform/content/content.module.js';
import { DatabaseModule } from '../platform/database/database.module.js';
import { CommentsModule } from '../comments/comments.module.js';
import { PostsModule } from '../posts/posts.module.js';
import { TagsModule } from '../tags/tags.module.js';
import { UsersModule } from '../users/users.module.js';
import { AuthorsWriter } from './authors.writer.js';
import { CommentFinder } from './comment-finder.js';
import { CommentsWriter } from './comments.writer.js';
import { FeaturedImagesWriter } from './featured-images.writer.js';
import { OldSlugsWriter } from './old-slugs.writer.js';
import './import-file.entity.js';
import './import-key.entity.js';
import './import-reference.entity.js';
import { ImportKeysRepository } from './import-keys.repository.js';
import { ImportService } from './import.service.js';
import { ImportStagesRepository } from './import-stages.repository.js';
import { PostFinder } from './post-finder.js';
import { PostsWriter } from './posts.writer.js';
import { ReferencesWriter } from './references.writer.js';
import { SubpagesWriter } from './subpages.writer.js';
import { TagsWriter } from './tags.writer.js';

@Module({
  imports: [
    AuditLogModule,
    CacheModule,
    ContentModule,
    DatabaseModule,
    UsersModule,
    TagsModule,
    PostsModule,
    CommentsModule,
  ],
  providers: [
    ImportService,
    ImportKeysRepository,
    ImportStagesRepository,
    AuthorsWriter,
    TagsWriter,
    PostFinder,
    PostsWriter,
    CommentFinder,
    SubpagesWriter,
    FeaturedImagesWriter,
    OldSlugsWriter,
    ReferencesWriter,
    CommentsWriter,
  ],
  exports: [ImportService],
})
export class ImportModule {}
