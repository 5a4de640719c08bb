import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import type { FastifyRequest } from 'fastify';
import { postCacheSettings } from './posts.settings.js';
import { type PublicRead, PublicReads } from '../platform/http/public-reads/public-reads.js';
import { PathKey } from '../platform/schemas/schemas.js';
import { canonical } from '../platform/lists/list-query.js';
import { POST_LISTS, postTag } from './posts.cache-tags.js';
import { PostNotFound } from './posts.errors.js';
import { ListPostsQuery } from './post-lists.schemas.js';
import { PublicPostsService } from './public-posts.service.js';

/** Every post contains names of authors and tags. */
const NAMES = ['users', 'tags'];

/** Public reads of posts by callers without credentials, and the tags that invalidate their cached responses. */
@Injectable()
export class PostsPublicReads implements OnModuleInit {
  constructor(
    private readonly reads: PublicReads,
    private readonly posts: PublicPostsService,
    @Inject(postCacheSettings.KEY) private readonly config: ConfigType<typeof postCacheSettings>,
  ) {}

  onModuleInit(): void {
    this.reads.add('listPosts', (request) => this.list(request));
    this.reads.add('getPost', (request) => this.one(request));
  }

  private list({ query: given }: FastifyRequest): PublicRead | undefined {
    const { data } = ListPostsQuery.safeParse(given);
    if (!data) return undefined;
    const query = canonical(data);
    return {
      key: `posts:${JSON.stringify(query)}`,
      tags: [POST_LISTS, ...NAMES],
      ttlSeconds: isMadeUp(query) ? 0 : this.config.POST_LIST_CACHE_TTL_SECONDS,
      load: this.posts.list(query),
    };
  }

  private one({ params, query }: FastifyRequest): PublicRead | undefined {
    const { data: idOrSlug } = PathKey.safeParse((params as { idOrSlug: unknown }).idOrSlug);
    if (idOrSlug === undefined || Object.keys(query as object).length > 0) return undefined;
    const tag = postTag(idOrSlug);
    return {
      key: tag,
      tags: [tag, ...NAMES],
      ttlSeconds: this.config.POST_CACHE_TTL_SECONDS,
      isLocal: true,
      load: () => this.posts.get(idOrSlug),
      missing: () => new PostNotFound(idOrSlug),
    };
  }
}

/**
 * Callers can invent any number of words, times and sets of names, which would replace entries that many callers
 * read.
 */
function isMadeUp({
  q,
  filter: { publishedAt, authorId = [], parentId = [], tag = [] },
}: ListPostsQuery): boolean {
  return q !== undefined || publishedAt !== undefined || authorId.length + parentId.length + tag.length > 1;
}
