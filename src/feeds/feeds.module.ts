import { Module } from '@nestjs/common';
import { ApiSection } from '../platform/http/contract/api-description.js';
import { PublicReadsModule } from '../platform/http/public-reads/public-reads.module.js';
import { PostsModule } from '../posts/posts.module.js';
import { FeedsController } from './feeds.controller.js';
import { FeedsPublicReads } from './feeds.public-reads.js';
import { FeedsService } from './feeds.service.js';
import { SitemapService } from './sitemap.service.js';

@ApiSection('feeds', 'Feeds, the sitemap and robots.txt, for programs that read a site.', { rank: 1 })
@Module({
  imports: [PostsModule, PublicReadsModule],
  controllers: [FeedsController],
  providers: [FeedsPublicReads, FeedsService, SitemapService],
})
export class FeedsModule {}
