import { Injectable } from '@nestjs/common';
import { Cache } from '../platform/cache/cache.js';
import { keptSlug, slugify } from '../platform/content/slugs.js';
import { may } from '../platform/http/access/access.js';
import { checkVersion, type Precondition } from '../platform/http/answers/conditions.js';
import { Cursors } from '../platform/lists/cursors.js';
import type { Principal } from '../platform/http/access/principal.js';
import type { Id, Page } from '../platform/schemas/schemas.js';
import { TAGS } from './tags.access.js';
import { canonical } from '../platform/lists/list-query.js';
import { TagNameTaken, TagNotFound } from './tags.errors.js';
import {
  type ExportedTag,
  type LockedTag,
  type NewTag,
  type TagRow,
  TagsRepository,
} from './tags.repository.js';
import type { CreateTag, ListTagsQuery, TagView, UpdateTag } from './tags.schemas.js';

export { TagKey, TagName, TagView } from './tags.schemas.js';
export { TagNotFound } from './tags.errors.js';
export { TaggedPosts } from './tagged-posts.js';
export type { ExportedTag } from './tags.repository.js';

/** The tag of every cached page of tags. Changes of the visibility of posts invalidate it. */
export const TAG_COUNTS = 'tag-counts';

/** A tag of another system. Its slug can have any format; null creates one from the name. */
export interface TagToImport {
  name: string;
  slug: string | null;
  description: string | null;
}

@Injectable()
export class TagsService {
  constructor(
    private readonly tags: TagsRepository,
    private readonly cursors: Cursors,
    private readonly cache: Cache,
  ) {}

  /** @throws TagNotFound if it does not exist or the caller can see no post with it */
  async get(slug: string, by: Principal | null): Promise<TagView> {
    const read = async () => (await this.tags.findVisible(slug, by)) ?? null;
    const tag = await this.shared(`tag:${slug}`, by, read, (found) => found === null);
    if (!tag) throw new TagNotFound(slug);
    return view(tag);
  }

  async list(given: ListTagsQuery, by: Principal | null): Promise<Page<TagView & { id: Id }>> {
    const query = canonical(given);
    const start = this.cursors.start('tags', query);
    const read = () => this.tags.list(query, by, start);
    const rows = await this.shared(`tags:${JSON.stringify(query)}`, by, read);
    return this.cursors.page('tags', query, rows);
  }

  /**
   * Caches counts that are the same for all callers but authors and editors until a post changes.
   * @param isFleeting tells which values are not cached, because callers can invent any number of names
   */
  private shared<T>(
    key: string,
    by: Principal | null,
    read: () => Promise<T>,
    isFleeting?: (value: T) => boolean,
  ): Promise<T> {
    if (by && may(by, TAGS.seeUnpublished)) return read();
    return this.cache.read({ key, tags: ['tags', TAG_COUNTS] }, read, isFleeting);
  }

  /** @throws TagNameTaken */
  create(tag: CreateTag): Promise<TagView> {
    return this.tags.transaction(async () => {
      const id = await this.tags.insert(tag);
      if (!id) throw new TagNameTaken(tag.name);
      return view((await this.tags.findById(id)) as TagRow);
    });
  }

  /** @throws TagNotFound, PreconditionFailed, TagNameTaken */
  update(slug: string, changes: UpdateTag, expected: Precondition): Promise<TagView> {
    return this.tags.transaction(async () => {
      const { id } = atVersion(await this.tags.hold(slug), slug, expected);
      await this.tags.update(id, changes);
      await this.cache.invalidate('tags');
      return this.getWhole(slug);
    });
  }

  /**
   * Deletes the tag and removes it from all posts.
   * @throws TagNotFound, PreconditionFailed
   */
  delete(slug: string, expected: Precondition): Promise<void> {
    return this.tags.transaction(async () => {
      const [tag] = await this.tags.lock([slug]);
      const { id } = atVersion(tag, slug, expected);
      await this.deleteLocked(id);
    });
  }

  /**
   * Locks the tags with these slugs in a fixed order, so that there are no deadlocks. One of them can be deleted
   * then.
   */
  lock(slugs: string[]): Promise<LockedTag[]> {
    return this.tags.lock(slugs);
  }

  /** Deletes a locked tag and removes it from all posts. */
  async deleteLocked(id: Id): Promise<void> {
    await this.tags.delete(id);
    await this.cache.invalidate('tags');
  }

  /**
   * Returns the tag as editors see it.
   * @throws TagNotFound
   */
  async getWhole(slug: string): Promise<TagView> {
    const tag = await this.tags.find(slug);
    if (!tag) throw new TagNotFound(slug);
    return view(tag);
  }

  /**
   * Returns the ids of the tags with these names in the same order, and creates missing tags. New tags are inserted
   * in a fixed order, so that two posts with the same new tags do not wait for each other.
   */
  async resolve(tags: NewTag[]): Promise<Id[]> {
    const names = tags.map((tag) => tag.name);
    const known = await this.tags.findIds(names);
    const missing = tags.filter((tag) => !known.has(tag.name));
    for (const tag of missing.toSorted((a, b) => (a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1)))
      await this.tags.insert(tag);
    const all = missing.length > 0 ? await this.tags.findIds(names) : known;
    return [...new Set(names.map((name) => all.get(name)).filter((id) => id !== undefined))];
  }

  /**
   * Imports tags. A tag whose name exists already, without regard to case, is not changed.
   * @returns the tags by the name in the file
   */
  async import(tags: TagToImport[]): Promise<Map<string, { id: Id; slug: string; isNew: boolean }>> {
    const normal = tags.map((tag) => ({ ...tag, given: tag.name, name: tag.name.trim().normalize('NFC') }));
    const names = normal.map((tag) => tag.name);
    const known = await this.tags.findIds(names);
    const missing = new Map(
      normal
        .filter(({ name }) => !known.has(name))
        .map(({ name, slug, description }) => {
          const fromName = slugify(name, 'tag');
          return [name, { name, slug: slug === null ? fromName : keptSlug(slug, fromName), description }];
        }),
    );
    const made = new Set(await this.tags.insertFree([...missing.values()]));
    for (const tag of missing.values()) {
      if (!made.has(tag.name) && (await this.tags.insert(tag))) made.add(tag.name);
    }
    const ids = made.size > 0 ? await this.tags.findIds(names) : known;
    const slugs = await this.tags.slugsOf([...ids.values()]);
    return new Map(
      normal.map(({ given, name }) => {
        const id = ids.get(name) as Id;
        return [given, { id, slug: slugs.get(id) as string, isNew: made.has(name) }];
      }),
    );
  }

  /** Streams all tags. Rows are read on demand. */
  export(): AsyncGenerator<ExportedTag, void, void> {
    return this.tags.all();
  }
}

/** @throws TagNotFound, and the problem of a failed condition */
function atVersion(tag: LockedTag | undefined, slug: string, expected: Precondition): LockedTag {
  if (!tag) throw new TagNotFound(slug);
  checkVersion(tag.version, expected);
  return tag;
}

const view = ({ id: _id, ...tag }: TagRow): TagView => tag;
