import { applyDecorators, Controller, Get, Header, Inject, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import type { ProblemClass } from '../platform/errors/problem.js';
import { Public } from '../platform/http/access/access.js';
import { ReturnsDocument } from '../platform/http/contract/returns-document.decorator.js';
import { Summary } from '../platform/http/contract/returns.decorator.js';
import { AnsweredToAll } from '../platform/http/public-reads/public-reads.js';
import { AtRoot } from '../platform/http/routes/at-root.js';
import { FEED_FORMATS } from './feed-formats.js';
import { FeedNotFound, FeedsNotConfigured, InvalidSitemapPart } from './feeds.errors.js';
import {
  AtomDocument,
  FeedQuery,
  JsonFeedDocument,
  RobotsDocument,
  RssDocument,
  SitemapDocument,
  SitemapQuery,
} from './feeds.schemas.js';
import { FeedsService } from './feeds.service.js';
import { type FeedsSettings, feedsSettings } from './feeds.settings.js';

/** PublicReads sends what can be sent. The method of the route explains why a request has no response. */
const Document = (name: string, type: string, view: z.ZodType, ...problems: ProblemClass[]) =>
  applyDecorators(
    AnsweredToAll(name, { ignoreCredentials: true }),
    ReturnsDocument(type, view, FeedNotFound, FeedsNotConfigured, ...problems),
  );

const OF_FEEDS =
  'Returns the latest public posts, or those of a tag or an author, with links to further pages (RFC 5005). Ignores parameters that are not known. Requires the setting `PUBLIC_URL`.';

/** Documents that other programs define: feeds, the sitemap and robots.txt. They do not depend on the caller. */
@ApiTags('feeds')
@AtRoot()
@Controller()
export class FeedsController {
  constructor(
    private readonly feeds: FeedsService,
    @Inject(feedsSettings.KEY) private readonly config: FeedsSettings,
  ) {}

  /** @throws FeedsNotConfigured */
  @Summary('Get the posts as RSS 2.0', OF_FEEDS)
  @Get('feeds/posts.rss')
  @Document('rssFeed', FEED_FORMATS.rss.type, RssDocument)
  getRssFeed(@Query({ schema: FeedQuery }) _query: FeedQuery): never {
    throw new FeedsNotConfigured();
  }

  /** @throws FeedsNotConfigured */
  @Summary('Get the posts as Atom', OF_FEEDS)
  @Get('feeds/posts.atom')
  @Document('atomFeed', FEED_FORMATS.atom.type, AtomDocument)
  getAtomFeed(@Query({ schema: FeedQuery }) _query: FeedQuery): never {
    throw new FeedsNotConfigured();
  }

  /** @throws FeedsNotConfigured */
  @Summary('Get the posts as JSON Feed 1.1', OF_FEEDS)
  @Get('feeds/posts.json')
  @Document('jsonFeed', FEED_FORMATS.json.type, JsonFeedDocument)
  getJsonFeed(@Query({ schema: FeedQuery }) _query: FeedQuery): never {
    throw new FeedsNotConfigured();
  }

  /** @throws FeedsNotConfigured */
  @Summary(
    'Get the sitemap',
    'Returns the index of the sitemap, or with `part` one of its files. Parameters that it does not know are ignored. Requires the setting `PUBLIC_URL`.',
  )
  @Get('sitemap.xml')
  @Document('sitemap', 'application/xml', SitemapDocument, InvalidSitemapPart)
  getSitemap(@Query({ schema: SitemapQuery }) _query: object): never {
    throw new FeedsNotConfigured();
  }

  @Summary('Get the rules for search engines', 'The setting `ROBOTS` determines them.')
  @Get('robots.txt')
  @Public({ ignoreCredentials: true })
  @ReturnsDocument('text/plain', RobotsDocument)
  @Header('Content-Type', 'text/plain; charset=utf-8')
  @Header('Cache-Control', 'public, max-age=3600')
  getRobotsRules(): string {
    const rule = this.config.ROBOTS === 'allow' ? 'Disallow:' : 'Disallow: /';
    const { origin } = this.feeds;
    const sitemap = origin && this.config.ROBOTS === 'allow' ? `\nSitemap: ${origin}/sitemap.xml\n` : '';
    return `User-agent: *\n${rule}\n${sitemap}`;
  }
}
