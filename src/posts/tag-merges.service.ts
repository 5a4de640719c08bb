import { Injectable } from '@nestjs/common';
import { AuditLog } from '../platform/audit/audit-log.js';
import { checkVersion, type Precondition } from '../platform/http/answers/conditions.js';
import type { Principal } from '../platform/http/access/principal.js';
import { TagNotFound, TagsService, type TagView } from '../tags/tags.service.js';
import { tagMerged } from './posts.audit.js';
import { TagMergedWithItself } from './tag-merges.errors.js';
import { TagMergesRepository } from './tag-merges.repository.js';

/** Merges tags. It changes the tags of posts and therefore belongs to posts. */
@Injectable()
export class TagMergesService {
  constructor(
    private readonly merges: TagMergesRepository,
    private readonly tags: TagsService,
    private readonly audit: AuditLog,
  ) {}

  /**
   * Replaces a tag of all posts by another one, and deletes it.
   * @returns the tag that remains
   * @throws TagNotFound, TagMergedWithItself, PreconditionFailed
   */
  merge(slug: string, into: string, by: Principal, expected: Precondition): Promise<TagView> {
    return this.merges.transaction(async () => {
      await this.merges.lockPosts(slug);
      const locked = await this.tags.lock([slug, into]);
      const source = locked.find((tag) => tag.slug === slug);
      const target = locked.find((tag) => tag.slug === into);
      if (!source || !target) throw new TagNotFound(source ? into : slug);
      checkVersion(source.version, expected);
      if (slug === into) throw new TagMergedWithItself();
      await this.tags.recordMerge(source.id, target.id, by);
      await this.merges.movePosts(source.id, target.id);
      await this.tags.deleteLocked(source.id);
      await this.audit.record(tagMerged(source.id, slug, into));
      return this.tags.getWhole(into);
    });
  }
}
