import { applyDecorators, Controller, Get, Header, Inject, Query } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Public } from '../platform/http/access/access.js';
import { problemResponses } from '../platform/http/contract/returns.decorator.js';
import { AnsweredToAll } from '../platform/http/public-reads/public-reads.js';
import { AtRoot } from '../platform/http/routes/at-root.js';
import { FeedNotFound, FeedsNotConfigured } from './feeds.errors.js';
import { FeedQuery, SitemapQuery } from './feeds.schemas.js';
import { FeedsService } from './feeds.service.js';
import { type FeedsSettings, feedsSettings } from './feeds.settings.js';

/** PublicReads sends what can be sent. The method of the route explains why a request has no response. */
const Feed = (name: string) =>
  applyDecorators(
    AnsweredToAll(name, { ignoreCredentials: true }),
    ...problemResponses([FeedNotFound, FeedsNotConfigured]),
  );

/** Documents that other programs define: feeds, the sitemap and robots.txt. They do not depend on the caller. */
@ApiExcludeController()
@AtRoot()
@Controller()
export class FeedsController {
  constructor(
    private readonly feeds: FeedsService,
    @Inject(feedsSettings.KEY) private readonly config: FeedsSettings,
  ) {}

  /** @throws FeedsNotConfigured */
  @Get('feeds/posts.rss')
  @Feed('rssFeed')
  rss(@Query({ schema: FeedQuery }) _query: FeedQuery): never {
    throw new FeedsNotConfigured();
  }

  /** @throws FeedsNotConfigured */
  @Get('feeds/posts.atom')
  @Feed('atomFeed')
  atom(@Query({ schema: FeedQuery }) _query: FeedQuery): never {
    throw new FeedsNotConfigured();
  }

  /** @throws FeedsNotConfigured */
  @Get('feeds/posts.json')
  @Feed('jsonFeed')
  json(@Query({ schema: FeedQuery }) _query: FeedQuery): never {
    throw new FeedsNotConfigured();
  }

  /** @throws FeedsNotConfigured */
  @Get('sitemap.xml')
  @Feed('sitemap')
  sitemap(@Query({ schema: SitemapQuery }) _query: object): never {
    throw new FeedsNotConfigured();
  }

  @Get('robots.txt')
  @Public({ ignoreCredentials: true })
  @Header('Content-Type', 'text/plain; charset=utf-8')
  @Header('Cache-Control', 'public, max-age=3600')
  robots(): string {
    const rule = this.config.ROBOTS === 'allow' ? 'Disallow:' : 'Disallow: /';
    const { origin } = this.feeds;
    const sitemap = origin && this.config.ROBOTS === 'allow' ? `\nSitemap: ${origin}/sitemap.xml\n` : '';
    return `User-agent: *\n${rule}\n${sitemap}`;
  }
}
