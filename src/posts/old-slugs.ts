import { Inject, Injectable } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import { keptSlug } from '../platform/content/slugs.js';
import { Cache } from '../platform/cache/cache.js';
import type { Principal } from '../platform/http/access/principal.js';
import type { Id } from '../platform/schemas/schemas.js';
import { OldSlugsRepository } from './old-slugs.repository.js';
import { isId, postTag } from './posts.cache-tags.js';
import { PostMoved, PostNotFound, SlugTaken } from './posts.errors.js';
import { postsSettings } from './posts.settings.js';

/** The history of slugs: what a post was called leads to it, and to no other post. */
@Injectable()
export class OldSlugs {
  constructor(
    private readonly slugs: OldSlugsRepository,
    private readonly cache: Cache,
    @Inject(postsSettings.KEY) private readonly config: ConfigType<typeof postsSettings>,
  ) {}

  /** Returns what to throw for a post that was not found: it has moved, or does not exist for the caller. */
  async whereIs(idOrSlug: string, by: Principal | null): Promise<PostMoved | PostNotFound> {
    const slug = isId(idOrSlug) ? undefined : await this.slugs.find(idOrSlug, by);
    return slug === undefined ? new PostNotFound(idOrSlug) : new PostMoved(slug);
  }

  /**
   * Call it in the transaction that has stored the slug: the unique index has then waited for a post that gave it up.
   * @throws SlugTaken
   */
  async checkFree(slug: string, postId: Id): Promise<void> {
    if ((await this.slugs.ofOthers([slug], postId)).size > 0) throw new SlugTaken(slug);
  }

  /**
   * Remembers the slug that a post has lost, unless the post was never public.
   * @throws SlugTaken if another post had the new slug
   */
  async replaced(post: { id: Id; slug: string; publishedAt: string | null }, slug: string): Promise<void> {
    await this.checkFree(slug, post.id);
    if (post.publishedAt !== null) await this.slugs.replace(post.id, post.slug, slug);
  }

  /** Adds the former slugs of an import, if they can be part of a path and no post has or had them. */
  async add(pairs: { postId: Id; slug: string }[]): Promise<{ postId: Id; slug: string }[]> {
    const safe = pairs.filter(({ slug }) => keptSlug(slug, '') === slug);
    if (safe.length === 0) return [];
    const added = await this.slugs.add(safe);
    if (added.length > 0) await this.cache.invalidate(...added.map(({ slug }) => postTag(slug)));
    return added;
  }

  /** @returns the number of slugs that are free again */
  purge(most: number): Promise<number> {
    return this.slugs.deleteOld(this.config.SLUG_HISTORY_DAYS, most);
  }
}
