import { Injectable } from '@nestjs/common';
import type { Id } from '../../platform/schemas/schemas.js';
import type { LockedPost } from '../post-rows.js';
import { packed } from './packed-text.js';
import {
  differing,
  digestOf,
  type RevisedField,
  revisedPost,
  type RevisedPost,
  textOf,
} from './revised-post.js';
import { RevisionContents } from './revision-contents.js';
import {
  type History,
  type HistoryEnds,
  type NewRevision,
  RevisionsRepository,
} from './revisions.repository.js';

/** A revision depends on at most this many before it. Reading one step of a megabyte takes 1.5 ms. */
const MOST_DELTAS = 50;

/** The content of a post before an edit. */
export interface Found {
  id: Id;
  content: RevisedPost;
  version: number;
  /** The time of the last change, as RFC 3339 text. */
  updatedAt: string;
}

/** Returns what a post contains now. */
export function foundOf(post: LockedPost, tags: string[]): Found {
  const { id, version, updatedAt } = post;
  const content = revisedPost({ ...post, tags });
  return { id, content, version, updatedAt };
}

/** Tells whether the content of a post is in no revision, or returns undefined if only the text of the current one tells. */
export function isNewByDigest({ content }: Found, history: History | null): boolean | undefined {
  if (!history) return true;
  return history.currentDigest.equals(digestOf(textOf(content))) ? false : undefined;
}

/**
 * Tells whether the content of a post is not the one of its current revision. A release with more or fewer fields writes
 * another text. Merges of tags and moves of pages are no edits.
 */
export function isNew({ content }: Found, current: RevisedPost): boolean {
  const { tags, parentId } = content;
  return differing({ ...content, ...current, tags, parentId }, content).length > 0;
}

/** How a revision came about. */
export interface Made {
  authorId: Id;
  note: string | null;
  restoredFrom: number | null;
  /** The version of the post with this content, or null for a private edit. */
  version: number | null;
}

/** Writes the revisions of posts. The post must be locked. */
@Injectable()
export class PostHistories {
  constructor(
    private readonly revisions: RevisionsRepository,
    private readonly contents: RevisionContents,
  ) {}

  /** Records new posts as their first revisions. */
  async begin(posts: { id: Id; content: RevisedPost; note: string | null }[], authorId: Id): Promise<void> {
    const rows: NewRevision[] = [];
    const ends: HistoryEnds[] = [];
    for (const { id, content, note } of posts) {
      const text = textOf(content);
      const made = { authorId, note, restoredFrom: null, version: 1 };
      rows.push({
        ...rowOf(id, 1, content, made, []),
        content: await packed(text, undefined),
        isWhole: true,
      });
      const digest = digestOf(text);
      ends.push({
        postId: id,
        newest: 1,
        newestDigest: digest,
        current: 1,
        currentDigest: digest,
        deltas: 0,
      });
    }
    await this.revisions.insert(rows, ends);
  }

  /**
   * Records an edit, and before it what the post contains if no revision has it: the post was imported, or the release
   * before this one wrote it.
   * @returns the number of the revision of the edit
   */
  async record(found: Found, history: History | null, after: RevisedPost, made: Made): Promise<number> {
    const writer = await this.writerFor(found, history);
    await writer.add(after, made);
    return writer.store(this.revisions);
  }

  /**
   * Makes the newest revision the content of a version, if it has this content and no other revision is missing.
   * @returns false if the content requires a revision of its own
   */
  async promote(found: Found, history: History, after: RevisedPost, version: number): Promise<boolean> {
    if (!history.newestDigest.equals(digestOf(textOf(after)))) return false;
    if (await this.isNew(found, history)) return false;
    await this.revisions.publish(history, version);
    return true;
  }

  /** Tells whether the content of a post is in no revision. */
  private async isNew(found: Found, history: History | null): Promise<boolean> {
    const told = isNewByDigest(found, history);
    if (told !== undefined || !history) return told ?? true;
    return isNew(found, await this.contents.require(found.id, history.current));
  }

  private async writerFor(found: Found, history: History | null): Promise<HistoryWriter> {
    const { id, content, version, updatedAt } = found;
    const writer = new HistoryWriter(id, history, await this.newestOf(found, history));
    if (await this.isNew(found, history))
      await writer.add(content, { authorId: null, note: null, restoredFrom: null, version }, updatedAt);
    return writer;
  }

  private async newestOf({ id, content }: Found, history: History | null): Promise<RevisedPost | undefined> {
    if (!history) return undefined;
    if (history.newest === history.current && history.newestDigest.equals(digestOf(textOf(content))))
      return content;
    return this.contents.require(id, history.newest);
  }
}

/** Collects the revisions of one edit. */
class HistoryWriter {
  private readonly rows: NewRevision[] = [];
  private number: number;
  private deltas: number;
  private current: number;
  private currentDigest: Buffer;
  private newestDigest: Buffer;

  constructor(
    private readonly id: Id,
    history: History | null,
    private newest: RevisedPost | undefined,
  ) {
    this.number = history?.newest ?? 0;
    this.deltas = history?.deltas ?? 0;
    this.current = history?.current ?? 0;
    this.currentDigest = this.newestDigest = history?.currentDigest ?? Buffer.alloc(0);
  }

  async add(
    content: RevisedPost,
    made: Omit<Made, 'authorId'> & { authorId: Id | null },
    createdAt?: string,
  ): Promise<void> {
    const text = textOf(content);
    const isWhole = !this.newest || this.deltas >= MOST_DELTAS;
    const base = isWhole ? undefined : textOf(this.newest as RevisedPost);
    const changed = this.newest ? differing(this.newest, content) : [];
    this.number += 1;
    this.rows.push({
      ...rowOf(this.id, this.number, content, made, changed),
      content: await packed(text, base),
      isWhole,
      createdAt,
    });
    this.deltas = isWhole ? 0 : this.deltas + 1;
    this.newest = content;
    this.newestDigest = digestOf(text);
    if (made.version === null) return;
    this.current = this.number;
    this.currentDigest = this.newestDigest;
  }

  async store(revisions: RevisionsRepository): Promise<number> {
    const { id, number, newestDigest, current, currentDigest, deltas } = this;
    const ends = { postId: id, newest: number, newestDigest, current, currentDigest, deltas };
    await revisions.insert(this.rows, [ends]);
    return number;
  }
}

const rowOf = (
  postId: Id,
  number: number,
  { title, tags, parentId }: RevisedPost,
  { version, authorId, note, restoredFrom }: Omit<Made, 'authorId'> & { authorId: Id | null },
  changed: RevisedField[],
) => ({ postId, number, version, authorId, note, restoredFrom, changed, title, tags, parentId });
