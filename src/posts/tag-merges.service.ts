import { Injectable } from '@nestjs/common';
import { checkVersion, type Precondition } from '../platform/http/answers/conditions.js';
import { TagNotFound, TagsService, type TagView } from '../tags/tags.service.js';
import { TagMergedWithItself } from './tag-merges.errors.js';
import { TagMergesRepository } from './tag-merges.repository.js';

/** Merges tags: it writes to the tags of posts, and so stands where posts are known. */
@Injectable()
export class TagMergesService {
  constructor(
    private readonly merges: TagMergesRepository,
    private readonly tags: TagsService,
  ) {}

  /**
   * Gives all posts of one tag another, and deletes the first.
   * @returns the tag that stays
   * @throws TagNotFound, TagMergedWithItself, PreconditionFailed
   */
  merge(slug: string, into: string, expected: Precondition): Promise<TagView> {
    return this.merges.transaction(async () => {
      await this.merges.lockPosts(slug);
      const locked = await this.tags.lock([slug, into]);
      const source = locked.find((tag) => tag.slug === slug);
      const target = locked.find((tag) => tag.slug === into);
      if (!source || !target) throw new TagNotFound(source ? into : slug);
      checkVersion(source.version, expected);
      if (slug === into) throw new TagMergedWithItself();
      await this.merges.movePosts(source.id, target.id);
      await this.tags.deleteLocked(source.id);
      return this.tags.getWhole(into);
    });
  }
}
