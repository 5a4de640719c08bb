import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { type PublicRead, PublicReads } from '../platform/http/public-reads/public-reads.js';
import { TAGS_OF_FEEDS } from '../posts/feed-posts.service.js';
import { FEED_FORMATS, type FeedFormatName } from './feed-formats.js';
import { FeedNotFound } from './feeds.errors.js';
import { FeedQuery, SitemapQuery } from './feeds.schemas.js';
import { FeedsService } from './feeds.service.js';
import { type FeedsSettings, feedsSettings } from './feeds.settings.js';
import { SitemapService } from './sitemap.service.js';

/** Search engines read a new file of a large sitemap at most this much later. */
const INDEX_TTL_SECONDS = 3600;

const missing = () => new FeedNotFound();

/** The cached responses with feeds and the sitemap, and the tags that invalidate them. */
@Injectable()
export class FeedsPublicReads implements OnModuleInit {
  constructor(
    private readonly reads: PublicReads,
    private readonly feeds: FeedsService,
    private readonly sitemap: SitemapService,
    @Inject(feedsSettings.KEY) private readonly config: FeedsSettings,
  ) {}

  onModuleInit(): void {
    for (const format of Object.keys(FEED_FORMATS) as FeedFormatName[])
      this.reads.add(`${format}Feed`, ({ query }) => this.feed(format, query));
    this.reads.add('sitemap', ({ query }) => this.map(query));
  }

  /** @throws InvalidCursor */
  private feed(format: FeedFormatName, given: FastifyRequest['query']): PublicRead | undefined {
    const { data: query } = FeedQuery.safeParse(given);
    if (!query || this.feeds.origin === undefined) return undefined;
    const { tag, author, cursor } = query;
    return {
      key: `feed:${format}:${JSON.stringify([tag, author, cursor])}`,
      tags: TAGS_OF_FEEDS,
      ttlSeconds: this.config.FEED_CACHE_TTL_SECONDS,
      load: this.feeds.feed(format, query),
      missing,
    };
  }

  /** @throws InvalidSitemapPart */
  private map(given: FastifyRequest['query']): PublicRead | undefined {
    const { data: query } = SitemapQuery.safeParse(given);
    if (!query || this.feeds.origin === undefined) return undefined;
    const { part: name } = query;
    if (name === undefined)
      return {
        key: 'sitemap',
        // The index names no post. Reading it reads an index of all posts, so no change of a post invalidates it.
        tags: [],
        ttlSeconds: Math.min(INDEX_TTL_SECONDS, this.config.FEED_CACHE_TTL_SECONDS * 6),
        load: () => this.sitemap.index(),
        missing,
      };
    const part = this.sitemap.part(name);
    return {
      key: `sitemap:${name}`,
      tags: TAGS_OF_FEEDS,
      ttlSeconds: this.config.FEED_CACHE_TTL_SECONDS,
      load: () => this.sitemap.file(part),
      missing,
    };
  }
}
