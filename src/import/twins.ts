import { createHash } from 'node:crypto';
import type { StoredComment } from '../comments/comments.service.js';
import type { Id } from '../platform/schemas/schemas.js';

/** What identifies a comment without its number. */
export interface Twin {
  postId: Id;
  createdAt: string;
  authorId: Id | null;
  guestName: string | null;
  body: string;
}

/** Stored comments by post and time, and then by author or text. Each one is given to one comment of the file. */
export class Twins {
  private readonly waiting = new Map<string, StoredComment[]>();

  constructor(private readonly taken: Set<Id>) {}

  add(one: StoredComment): void {
    for (const name of one.isDeleted ? [placeOf(one)] : namesOf(one, one.digest)) {
      const others = this.waiting.get(name);
      if (others) others.push(one);
      else this.waiting.set(name, [one]);
    }
  }

  /** A comment that was deleted here, and of which only the place in its thread remains, has neither author nor text. */
  take(twin: Twin): Id | undefined {
    const digest = createHash('md5').update(twin.body).digest('hex');
    for (const name of [...namesOf(twin, digest), placeOf(twin)]) {
      const id = this.next(name);
      if (id !== undefined) return id;
    }
    return undefined;
  }

  /** Returns the id unless another comment of the file has it. */
  keep(id: Id | undefined): Id | undefined {
    if (id === undefined || this.taken.has(id)) return undefined;
    this.taken.add(id);
    return id;
  }

  private next(name: string): Id | undefined {
    const waiting = this.waiting.get(name) ?? [];
    for (let one = waiting.pop(); one; one = waiting.pop()) {
      const id = this.keep(one.id);
      if (id !== undefined) return id;
    }
    return undefined;
  }
}

const placeOf = ({ postId, createdAt }: Pick<Twin, 'postId' | 'createdAt'>) => `${postId} ${createdAt}`;

/** The most certain one first. */
function namesOf(
  one: Pick<Twin, 'postId' | 'createdAt' | 'authorId' | 'guestName'>,
  digest: string,
): string[] {
  const [place, writer] = [placeOf(one), writerOf(one)];
  return [`${place} ${writer} ${digest}`, `${place} ${writer}`, `${place} ${digest}`];
}

const writerOf = ({ authorId, guestName }: Pick<Twin, 'authorId' | 'guestName'>) =>
  authorId === null ? `guest ${guestName ?? ''}` : `account ${authorId}`;
