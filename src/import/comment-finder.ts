import { Injectable } from '@nestjs/common';
import { CommentsService } from '../comments/comments.service.js';
import type { Id } from '../platform/schemas/schemas.js';
import { momentText } from './dates.js';
import type { ImportRun } from './import-run.js';
import { ImportKeysRepository, type KeyMapping } from './import-keys.repository.js';
import type { ImportedComment } from './import.model.js';
import { inSlices } from './in-slices.js';
import { hasMoved } from './post-candidates.js';
import type { Thread } from './thread.js';
import { type Twin, Twins } from './twins.js';

/** The stored comment that has the number of a comment of the file. */
interface Namesake {
  id: Id;
  postId: Id;
  sameDate: boolean;
}

interface Placed {
  comment: ImportedComment;
  thread: Thread;
  namesake?: Namesake;
}

export interface FoundComments {
  /** The stored comments of comments of the file, by key. */
  known: Map<string, KeyMapping>;
  /** The keys of new comments whose own key is that of another comment. */
  otherKeys: Map<ImportedComment, string>;
  /** Comments that were deleted here, and those of a moved site that may be one of them. */
  deleted: Set<ImportedComment>;
}

/**
 * Finds the comments of earlier imports. An import into WordPress numbers comments anew, and comments have no GUID.
 * If the number of a comment is that of another one, its post, its time and its author or text identify it.
 */
@Injectable()
export class CommentFinder {
  constructor(
    private readonly comments: CommentsService,
    private readonly keys: ImportKeysRepository,
  ) {}

  async find(threads: Thread[], authors: ImportRun['authors']): Promise<FoundComments> {
    const all = threads.flatMap((thread) => thread.post.comments.map((comment) => ({ comment, thread })));
    const known: Map<string, KeyMapping> = await this.keys.find(all.map(({ comment }) => comment.key));
    await this.findById(all, known);
    const found: FoundComments = { known, otherKeys: new Map(), deleted: new Set() };
    const { open, taken } = await this.unproven(all, found);
    const twins = await this.twinsOf(open, taken);
    const others = open.filter((one) => {
      const id = twins.take(asTwin(one, authors)) ?? twins.keep(likelyOf(one));
      if (id !== undefined) known.set(one.comment.key, { id, isFresh: false });
      return id === undefined;
    });
    await this.rename(others, found);
    return found;
  }

  /** Finds comments by their id. A comment of a Galley export can exist here although no import created it. */
  private async findById(all: Placed[], known: Map<string, KeyMapping>): Promise<void> {
    const unknown = all.flatMap(({ comment: { key, id } }) =>
      id === undefined || known.has(key) ? [] : [{ key, id }],
    );
    for (const some of inSlices(unknown)) {
      const here = await this.comments.holdAll(some.map(({ id }) => id));
      for (const { key, id } of some) if (here.has(id)) known.set(key, { id, isFresh: false });
    }
  }

  /** Returns the comments that no key identifies, and the stored comments of the others. Notes those deleted since. */
  private async unproven(
    all: Placed[],
    { known, deleted }: FoundComments,
  ): Promise<{ open: Placed[]; taken: Set<Id> }> {
    const open: Placed[] = [];
    const taken = new Set<Id>();
    for (const some of inSlices(all)) {
      const here = await this.comments.compare(some.flatMap((one) => outlineOf(one, known)));
      for (const one of some) {
        const row = known.get(one.comment.key);
        const place = row && here.get(row.id);
        if (row && (row.isFresh || isCertain(one.thread, place))) {
          taken.add(row.id);
          if (!row.isFresh && !place) deleted.add(one.comment);
        } else open.push({ ...one, namesake: row && place && { id: row.id, ...place } });
      }
    }
    return { open, taken };
  }

  private async twinsOf(open: Placed[], taken: Set<Id>): Promise<Twins> {
    const places = new Map(
      open
        .filter(({ thread }) => !thread.isNew)
        .map(({ comment: { createdAt }, thread: { id } }) => {
          const at = momentText(createdAt);
          return [`${id} ${at}`, { postId: id, createdAt: at }];
        }),
    );
    const twins = new Twins(taken);
    for (const some of inSlices([...places.values()]))
      for (const one of await this.comments.findAt(some)) twins.add(one);
    return twins;
  }

  /** Gives new comments whose number is that of another comment a key of their own. */
  private async rename(open: Placed[], { known, otherKeys, deleted }: FoundComments): Promise<void> {
    const inUse = open.filter(({ comment }) => known.has(comment.key));
    if (inUse.length === 0) return;
    const before = await this.keys.find(inUse.map(otherKeyOf));
    for (const one of inUse) {
      const { comment } = one;
      const other = before.get(otherKeyOf(one));
      if (other) known.set(comment.key, other);
      else if (!one.namesake) deleted.add(comment);
      else {
        known.delete(comment.key);
        otherKeys.set(comment, otherKeyOf(one));
      }
    }
  }
}

const isMoved = ({ post: { traces, key }, key: stored }: Thread) =>
  traces !== undefined && (hasMoved(traces) || traces.isUnsure || key !== stored);

/** A comment that was deleted here stays deleted. */
const isCertain = (thread: Thread, place: Omit<Namesake, 'id'> | undefined): boolean =>
  !isMoved(thread) && (!place || (place.postId === thread.id && place.sameDate));

/** The time of a comment can change in WordPress, but at a site that has moved, it tells comments apart. */
function likelyOf({ thread, namesake }: Placed): Id | undefined {
  const isHere = namesake?.postId === thread.id && (namesake.sameDate || !isMoved(thread));
  return isHere ? namesake.id : undefined;
}

function outlineOf({ comment }: Placed, known: ReadonlyMap<string, KeyMapping>) {
  const row = known.get(comment.key);
  return row && !row.isFresh ? [{ id: row.id, createdAt: momentText(comment.createdAt) }] : [];
}

const otherKeyOf = ({ comment: { key }, thread: { id } }: Placed) => `${key} of ${id}`;

function asTwin({ comment, thread }: Placed, authors: ImportRun['authors']): Twin {
  const { authorKey, authorName, body, createdAt } = comment;
  const authorId = authorKey === null ? null : (authors.get(authorKey) ?? null);
  return { postId: thread.id, authorId, guestName: authorName, body, createdAt: momentText(createdAt) };
}
