import { Injectable } from '@nestjs/common';
import { AuditLog } from '../platform/audit/audit-log.js';
import { Cache } from '../platform/cache/cache.js';
import { keptSlug, slugify } from '../platform/content/slugs.js';
import { Events } from '../platform/events/events.js';
import { may } from '../platform/http/access/access.js';
import { checkVersion, type Precondition } from '../platform/http/answers/conditions.js';
import { hasAll } from '../platform/json/has-all.js';
import { Cursors } from '../platform/lists/cursors.js';
import type { Principal } from '../platform/http/access/principal.js';
import type { Id, Page } from '../platform/schemas/schemas.js';
import { TAGS } from './tags.access.js';
import { tagCreated, tagDeleted, tagUpdated } from './tags.audit.js';
import { canonical } from '../platform/lists/list-query.js';
import { TagNameTaken, TagNotFound } from './tags.errors.js';
import { newTagEvent, tagEvent, tagMerged } from './tags.events.js';
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
    private readonly audit: AuditLog,
    private readonly events: Events,
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
  create(tag: CreateTag, by: Principal): Promise<TagView> {
    return this.tags.transaction(async () => {
      const id = await this.tags.insert(tag);
      if (!id) throw new TagNameTaken(tag.name);
      await this.recordNew([id], by.id);
      const made = (await this.tags.findById(id)) as TagRow;
      await this.audit.record(tagCreated(made));
      return view(made);
    });
  }

  /**
   * Changes the fields of the request. The same values again change nothing.
   * @throws TagNotFound, PreconditionFailed, TagNameTaken
   */
  update(slug: string, changes: UpdateTag, by: Principal, expected: Precondition): Promise<TagView> {
    return this.tags.transaction(async () => {
      const before = atVersion(await this.tags.hold(slug), slug, expected);
      if (hasAll(before, changes)) return this.getWhole(slug);
      await this.tags.awaitPosts(before.id); // So that the event knows whether everybody can read the tag.
      await this.tags.update(before.id, changes);
      await this.cache.invalidate('tags');
      await this.events.record(tagEvent('tag.updated', await this.tags.ofEvent(before.id), by.id));
      const updated = await this.getWhole(slug);
      await this.audit.record(tagUpdated(before, updated));
      return updated;
    });
  }

  /**
   * Deletes the tag and removes it from all posts.
   * @throws TagNotFound, PreconditionFailed
   */
  delete(slug: string, by: Principal, expected: Precondition): Promise<void> {
    return this.tags.transaction(async () => {
      const [found] = await this.tags.lock([slug]);
      const tag = atVersion(found, slug, expected);
      await this.events.record(tagEvent('tag.deleted', await this.tags.ofEvent(tag.id), by.id));
      await this.deleteLocked(tag.id);
      await this.audit.record(tagDeleted(tag));
    });
  }

  /**
   * Locks the tags with these slugs in a fixed order, so that there are no deadlocks. One of them can be deleted
   * then.
   */
  lock(slugs: string[]): Promise<LockedTag[]> {
    return this.tags.lock(slugs);
  }

  /** Records that one tag replaces another one, which is about to be deleted. Both must be locked. */
  async recordMerge(id: Id, into: Id, by: Principal): Promise<void> {
    const [tag, remaining] = [await this.tags.ofEvent(id), await this.tags.ofEvent(into)];
    await this.events.record(tagMerged(tag, remaining, by.id));
  }

  /** Locks tags against deletion until the transaction ends. */
  holdAll(ids: Id[]): Promise<void> {
    return this.tags.holdAll(ids);
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
   * Returns the ids of the tags with these names, and creates missing tags. New tags are inserted in a fixed order, so
   * that two posts with the same new tags do not wait for each other.
   */
  async resolve(names: string[]): Promise<Map<string, Id>> {
    const known = await this.tags.findIds(names);
    const missing = names.filter((name) => !known.has(name));
    if (missing.length === 0) return known;
    const inOrder = missing.toSorted((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1));
    const made = await this.insertAll(
      inOrder.map((name) => ({ name, slug: slugify(name, 'tag'), description: null })),
    );
    await this.recordNew([...made.values()]);
    return this.tags.findIds(names);
  }

  /**
   * Inserts tags, as a rule with one statement. Those whose slug is taken follow one by one.
   * @returns the ids of those that did not exist, by their names
   */
  private async insertAll(tags: Required<NewTag>[]): Promise<Map<string, Id>> {
    const made = new Map((await this.tags.insertFree(tags)).map(({ id, name }) => [name, id]));
    for (const tag of tags) {
      const id = made.has(tag.name) ? null : await this.tags.insert(tag);
      if (id) made.set(tag.name, id);
    }
    return made;
  }

  /**
   * Returns how posts would show tags with these names, each one once, and creates none. The slug of a tag that does not exist
   * is the one that it would have if it is free.
   */
  async preview(names: string[]): Promise<{ slug: string; name: string }[]> {
    if (names.length === 0) return [];
    const known = await this.tags.findNamed(names);
    const shown = new Map<string, { slug: string; name: string }>();
    for (const name of names) {
      const tag = known.get(name) ?? { slug: slugify(name, 'tag'), name };
      if (!shown.has(tag.name.toLowerCase())) shown.set(tag.name.toLowerCase(), tag);
    }
    return [...shown.values()];
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
    const made = await this.insertAll([...missing.values()]);
    await this.recordNew([...made.values()]);
    const ids = made.size > 0 ? await this.tags.findIds(names) : known;
    const slugs = await this.tags.slugsOf([...ids.values()]);
    return new Map(
      normal.map(({ given, name }) => {
        const id = ids.get(name) as Id;
        return [given, { id, slug: slugs.get(id) as string, isNew: made.has(name) }];
      }),
    );
  }

  private async recordNew(ids: Id[], actorId: Id | null = null): Promise<void> {
    await this.events.recordAll(ids.map((id) => newTagEvent(id, actorId)));
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
