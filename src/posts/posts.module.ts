import { Module } from '@nestjs/common';
import { CacheModule } from '../platform/cache/cache.module.js';
import { ContentModule } from '../platform/content/content.module.js';
import { DatabaseModule } from '../platform/database/database.module.js';
import { ListsModule } from '../platform/lists/lists.module.js';
import { PublicReadsModule } from '../platform/http/public-reads/public-reads.module.js';
import { TagsModule } from '../tags/tags.module.js';
import { TaggedPosts } from '../tags/tags.service.js';
import './post-tag.entity.js';
import './post.entity.js';
import { PageTree } from './page-tree.js';
import { PageTreeRepository } from './page-tree.repository.js';
import { taggedPosts } from './post.sql.js';
import { PostsExporter } from './posts.exporter.js';
import { PostsImporter } from './posts.importer.js';
import { PostsPublicReads } from './posts.public-reads.js';
import { PostsRepository } from './posts.repository.js';
import { PostsService } from './posts.service.js';
import { PublicPostsRepository } from './public-posts.repository.js';
import { PublicPostsService } from './public-posts.service.js';
import { TagMergesRepository } from './tag-merges.repository.js';
import { TagMergesService } from './tag-merges.service.js';

@Module({
  imports: [CacheModule, ContentModule, DatabaseModule, ListsModule, PublicReadsModule, TagsModule],
  providers: [
    PostsService,
    PostsRepository,
    PostsImporter,
    PageTree,
    PageTreeRepository,
    PostsExporter,
    PostsPublicReads,
    PublicPostsRepository,
    PublicPostsService,
    TagMergesRepository,
    TagMergesService,
  ],
  exports: [PostsService, TagMergesService],
})
export class PostsModule {
  constructor(tagged: TaggedPosts) {
    tagged.areFoundBy(taggedPosts);
  }
}
