import { Injectable } from '@nestjs/common';
import type { Id } from '../platform/schemas/schemas.js';
import { TagsService } from '../tags/tags.service.js';
import { PostWritesRepository } from './post-writes.repository.js';

/** The tags of posts, which requests give by name. */
@Injectable()
export class TagsOfPosts {
  constructor(
    private readonly posts: PostWritesRepository,
    private readonly tags: TagsService,
  ) {}

  async set(id: Id, names: string[]): Promise<void> {
    const [tagIds = []] = await this.resolve([names]);
    await this.posts.setTags(id, tagIds);
  }

  /** Waits for whoever deletes a tag of posts that become public, so that this event tells readers about it or not. */
  async hold(ids: Id[]): Promise<void> {
    const tagIds = await this.posts.tagIdsOf(ids);
    if (tagIds.length > 0) await this.tags.holdAll(tagIds);
  }

  /** Returns how posts would show tags with these names. It creates none. */
  preview(names: string[]): Promise<{ slug: string; name: string }[]> {
    return this.tags.preview(names);
  }

  /** Returns the ids of the tags of each post, each one once, and creates missing tags. */
  async resolve(namesOfPosts: string[][]): Promise<Id[][]> {
    const names = [...new Set(namesOfPosts.flat())];
    const ids = names.length > 0 ? await this.tags.resolve(names) : new Map<string, Id>();
    return namesOfPosts.map((own) => [
      ...new Set(own.map((name) => ids.get(name)).filter((id) => id !== undefined)),
    ]);
  }
}
