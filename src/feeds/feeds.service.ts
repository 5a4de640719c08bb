import { Inject, Injectable } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import { withAbsoluteAddresses } from '../platform/content/absolute-addresses.js';
import type { PublicAnswer } from '../platform/http/public-reads/public-reads.js';
import { API_PATH } from '../platform/http/routes/api-path.js';
import { httpSettings } from '../platform/http/settings/http.settings.js';
import type { Page } from '../platform/schemas/schemas.js';
import { type FeedPost, FeedPostsService } from '../posts/feed-posts.service.js';
import { PostPages } from '../posts/post-pages.service.js';
import type { Feed, FeedItem } from './feed.js';
import { FEED_FORMATS, type FeedFormatName } from './feed-formats.js';
import type { FeedQuery } from './feeds.schemas.js';
import { type FeedsSettings, feedsSettings } from './feeds.settings.js';

/** Composes feeds of public posts. */
@Injectable()
export class FeedsService {
  /** The address of this server without a slash at its end, or undefined if it is not known. */
  readonly origin: string | undefined;

  constructor(
    private readonly posts: FeedPostsService,
    private readonly pages: PostPages,
    @Inject(feedsSettings.KEY) private readonly config: FeedsSettings,
    @Inject(httpSettings.KEY) { PUBLIC_URL }: ConfigType<typeof httpSettings>,
  ) {
    this.origin = PUBLIC_URL?.replace(/\/+$/, '');
  }

  /**
   * @returns a function that reads the page of the feed, or null if no public post has the tag and the author
   * @throws InvalidCursor
   */
  feed(name: FeedFormatName, query: FeedQuery): () => Promise<PublicAnswer | null> {
    const format = FEED_FORMATS[name];
    const { FEED_CONTENT, FEED_ITEMS, FEED_HUB_URL: hub } = this.config;
    const { tag, author: authorId, cursor } = query;
    const read = this.posts.page({ tag, authorId, cursor, limit: FEED_ITEMS }, FEED_CONTENT === 'whole');
    return async () => {
      const page = await read();
      const isOfNames = tag !== undefined || authorId !== undefined;
      if (page.data.length === 0 && isOfNames && cursor === undefined) return null;
      const feed = this.compose(name, query, page);
      const links = [`<${feed.self}>; rel="self"`, ...(hub ? [`<${hub}>; rel="hub"`] : [])];
      return {
        body: format.write(feed),
        type: `${format.type}; charset=utf-8`,
        link: links.join(', '),
      };
    };
  }

  /** Returns the page of a post for readers, or the post in the API if the deployment names no pages. */
  addressOf(post: { id: string; slug: string }): string {
    return this.pages.of(post) ?? `${this.origin}${API_PATH}/posts/${encodeURIComponent(post.slug)}`;
  }

  private compose(format: FeedFormatName, query: FeedQuery, { data, meta }: Page<FeedPost>): Feed {
    const title = this.titleOf(query, data[0]);
    const { FEED_DESCRIPTION, FEED_LANGUAGE: language, FEED_HUB_URL: hub } = this.config;
    const { cursor, ...names } = query;
    const addressOf = (given: FeedQuery) => {
      const parameters = new URLSearchParams(
        Object.entries(given).filter(([, value]) => value !== undefined),
      );
      const search = parameters.size > 0 ? `?${parameters.toString()}` : '';
      return `${this.origin}/feeds/posts.${format}${search}`;
    };
    const updated = Math.max(0, ...data.map(({ updatedAt }) => Date.parse(updatedAt)));
    return {
      ...{ title, description: FEED_DESCRIPTION ?? title, language, hub },
      home: this.pages.site ?? `${this.origin}/`,
      first: addressOf(names),
      self: addressOf({ ...names, cursor }),
      ...(meta.nextCursor !== null && { next: addressOf({ ...names, cursor: meta.nextCursor }) }),
      updated: new Date(updated),
      items: data.map((post) => this.itemOf(post)),
    };
  }

  private itemOf({
    id,
    html,
    title,
    excerpt,
    publishedAt,
    updatedAt,
    author,
    tags,
    slug,
  }: FeedPost): FeedItem {
    const url = this.addressOf({ id, slug });
    return {
      ...{ id: `urn:uuid:${id}`, url, title, excerpt, author: author.name, tags },
      ...(html !== null && { html: withAbsoluteAddresses(html, url) }),
      published: new Date(publishedAt),
      updated: new Date(updatedAt),
    };
  }

  /** All posts of the page have the tag and the author. */
  private titleOf({ tag, author }: FeedQuery, post: FeedPost | undefined): string {
    const names = [
      tag !== undefined && post?.tags.find(({ slug }) => slug === tag)?.name,
      author !== undefined && post?.author.name,
    ];
    return [this.config.FEED_TITLE, ...names.filter((name) => typeof name === 'string')].join(': ');
  }
}
