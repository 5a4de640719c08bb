import { ImportFileError } from '../import.errors.js';
import type { ImportedAuthor, ImportedTag, ImportItem } from '../import.model.js';
import { MAX_LINKS, written } from '../import.limits.js';
import type { TagRegister } from '../tag-register.js';
import { oneLine, owned } from '../text.js';
import { GhostComments } from './ghost.comments.js';
import type { GhostRow } from './ghost-rows.js';
import { number, text, type Values } from './ghost-columns.js';
import { keptMeta } from './ghost.fields.js';
import { GhostOmitted } from './ghost.omitted.js';
import type { GhostUrls } from './ghost.urls.js';
import { readUser } from './ghost.users.js';

/** The result of the first pass: all tables but posts, as far as posts refer to them. */
export class GhostTables {
  readonly comments = new GhostComments();
  readonly omitted = new GhostOmitted();
  readonly users = new Map<string, ImportedAuthor>();
  /** The address of the site, or '' if the file does not contain it. */
  url = '';
  private readonly tags = new Map<string, { tag: ImportedTag; internal: boolean }>();
  private readonly postMeta = new Map<string, Values>();
  private readonly postTags = new Links();
  private readonly postAuthors = new Links();

  add({ table, values }: GhostRow): void {
    if (table === 'users') this.users.set(owned(text(values, 'id')), readUser(values));
    else if (table === 'tags') this.addTag(values);
    else if (table === 'posts_tags') this.postTags.add(values, 'tag_id');
    else if (table === 'posts_authors') this.postAuthors.add(values, 'author_id');
    else if (table === 'posts_meta') this.postMeta.set(owned(text(values, 'post_id')), keptMeta(values));
    else if (table === 'comments') this.comments.add(values);
    else if (table === 'settings' && text(values, 'key') === 'url') this.url = owned(text(values, 'value'));
    if (table === 'members') this.comments.addMember(values);
    this.omitted.add(table, values);
  }

  /** Yields authors and tags, and what is left out. `register` collects the tags. */
  *items(register: TagRegister, urls: GhostUrls): Generator<ImportItem, void, void> {
    for (const author of this.users.values()) {
      author.avatarUrl &&= urls.absolute(author.avatarUrl, author.notes);
      yield { author };
    }
    for (const [id, { tag, internal }] of this.tags) {
      const reason = internal ? 'internal tags are not imported' : tag.name ? null : 'has no name';
      if (reason) yield { skipped: { kind: 'tag', key: tag.slug ?? id, title: tag.name, reason } };
      else yield* register.add(tag);
    }
  }

  /** Returns the tags of a post, and a note if the file does not contain all of them. */
  tagsOf(postId: string, register: TagRegister): { tags: ImportedTag[]; notes: string[] } {
    const named = this.postTags.of(postId).map((id) => this.tags.get(id));
    const tags = named.map((entry) => entry && !entry.internal && register.find(entry.tag.name));
    const isMissing = named.includes(undefined);
    return {
      tags: [...new Set(tags.filter((tag) => tag !== undefined && tag !== false))],
      notes: isMissing ? ['the file does not contain all of its tags'] : [],
    };
  }

  /**
   * Returns the ids of the authors of a post, main author first. It is empty before Ghost 1.22, which stores one
   * author in the post.
   */
  authorsOf(postId: string): string[] {
    return this.postAuthors.of(postId);
  }

  /** Returns the row of posts_meta of a post. */
  metaOf(postId: string): Values {
    return this.postMeta.get(postId) ?? {};
  }

  private addTag(values: Record<string, unknown>): void {
    const name = oneLine(text(values, 'name'));
    const tag: ImportedTag = {
      name: owned(name),
      slug: owned(text(values, 'slug')) || null,
      description: owned(text(values, 'description')) || null,
    };
    const internal = text(values, 'visibility') === 'internal' || name.startsWith('#');
    this.tags.set(owned(text(values, 'id')), { tag, internal });
  }
}

/** A table that links posts to other rows, by `sort_order`. */
class Links {
  private readonly links = new Map<string, { id: string; order: number }[]>();

  add(values: Record<string, unknown>, column: string): void {
    const postId = owned(text(values, 'post_id'));
    const link = { id: owned(text(values, column)), order: number(values, 'sort_order') };
    const known = this.links.get(postId);
    if (known && known.length >= MAX_LINKS) {
      throw new ImportFileError(`the table has more than ${written(MAX_LINKS)} rows for one post`);
    }
    if (known) known.push(link);
    else this.links.set(postId, [link]);
  }

  of(postId: string): string[] {
    return (this.links.get(postId) ?? []).sort((a, b) => a.order - b.order).map(({ id }) => id);
  }
}
