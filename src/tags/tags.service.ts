import { Injectable } from '@nestjs/common';
import type { Transaction } from '../platform/database/database.js';
import { checkVersion, type Precondition } from '../platform/http/conditions.js';
import { Cursors } from '../platform/http/cursors.js';
import type { Id, Page } from '../platform/http/schemas.js';
import { TagMergedWithItself, TagNameTaken, TagNotFound } from './tags.errors.js';
import { type NewTag, type TagRow, TagsRepository } from './tags.repository.js';
import type { CreateTag, ListTagsQuery, TagView, UpdateTag } from './tags.schemas.js';

export { TagName } from './tags.schemas.js';

@Injectable()
export class TagsService {
  constructor(
    private readonly tags: TagsRepository,
    private readonly cursors: Cursors,
  ) {}

  /** @throws TagNotFound */
  async get(slug: string): Promise<TagView> {
    const tag = await this.tags.find(slug);
    if (!tag) throw new TagNotFound(slug);
    return view(tag);
  }

  async list(query: ListTagsQuery): Promise<Page<TagView & { id: Id }>> {
    const rows = await this.tags.list(query, this.cursors.start('tags', query));
    return this.cursors.page(
      'tags',
      query,
      rows,
      (row) => ({ key: row.sortKey, id: row.id }),
      (row) => row,
    );
  }

  /** @throws TagNameTaken */
  create(tag: CreateTag): Promise<TagView> {
    return this.tags.transaction(async (tx) => {
      const id = await this.tags.insert(tag, tx);
      if (!id) throw new TagNameTaken(tag.name);
      return view((await this.tags.findById(id, tx)) as TagRow);
    });
  }

  /** @throws TagNotFound, PreconditionFailed, TagNameTaken */
  update(slug: string, changes: UpdateTag, expected: Precondition): Promise<TagView> {
    return this.tags.transaction(async (tx) => {
      if (!(await this.tags.update(slug, changes, expected, tx))) await this.whyNot(slug, expected);
      return view((await this.tags.find(slug, tx)) as TagRow);
    });
  }

  /**
   * Takes the tag from all posts.
   * @throws TagNotFound, PreconditionFailed
   */
  delete(slug: string, expected: Precondition): Promise<void> {
    return this.tags.transaction(async (tx) => {
      const [tag] = await this.tags.lock([slug], tx);
      if (!tag) throw new TagNotFound(slug);
      checkVersion(tag.version, expected);
      await this.tags.delete(tag.id, tx);
    });
  }

  /**
   * Gives all posts of one tag another, and deletes the first.
   * @returns the tag that stays
   * @throws TagNotFound, TagMergedWithItself, PreconditionFailed
   */
  merge(slug: string, into: string, expected: Precondition): Promise<TagView> {
    if (slug === into) throw new TagMergedWithItself();
    return this.tags.transaction(async (tx) => {
      const locked = await this.tags.lock([slug, into], tx);
      const source = locked.find((tag) => tag.slug === slug);
      const target = locked.find((tag) => tag.slug === into);
      if (!source || !target) throw new TagNotFound(source ? into : slug);
      checkVersion(source.version, expected);
      await this.tags.movePosts(source.id, target.id, tx);
      await this.tags.delete(source.id, tx);
      return view((await this.tags.find(into, tx)) as TagRow);
    });
  }

  /**
   * The ids of the tags with these names, in this order; those that are missing
   * are made. New ones are inserted in one order, so that two posts with the
   * same new tags do not wait for each other.
   */
  async resolve(tags: NewTag[], tx: Transaction): Promise<Id[]> {
    const names = tags.map((tag) => tag.name);
    const known = await this.tags.findIds(names, tx);
    const missing = tags.filter((tag) => !known.has(tag.name));
    for (const tag of missing.toSorted((a, b) => (a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1)))
      await this.tags.insert(tag, tx);
    const all = missing.length > 0 ? await this.tags.findIds(names, tx) : known;
    return [...new Set(names.map((name) => all.get(name)).filter((id) => id !== undefined))];
  }

  private async whyNot(slug: string, expected: Precondition): Promise<never> {
    checkVersion((await this.get(slug)).version, expected);
    throw new TagNotFound(slug);
  }
}

const view = ({ id: _id, ...tag }: TagRow): TagView => tag;
