import { Injectable } from '@nestjs/common';
import { FairQueue } from '../../platform/content/fair-queue.js';
import type { Id } from '../../platform/schemas/schemas.js';
import { unpacked } from './packed-text.js';
import { contentOf, type RevisedPost } from './revised-post.js';
import { type Link, RevisionsRepository } from './revisions.repository.js';

/**
 * Contents are read for a few accounts at the same time, and for each account one after another. Each read requires up to 20 MB.
 * What waits requires almost nothing.
 */
const READS = { atOnce: 4, atOnceOfOne: 1, mostPerOwner: 32, most: 256, mostSize: Infinity };

/** A revision whose content is unpacked. */
type Unpacked = Omit<Link, 'content' | 'isWhole'> & { text: Buffer };

/**
 * Reads what revisions contain. What a revision contains never changes, so that no transaction is necessary: outside of one,
 * no connection is in use while contents are unpacked.
 */
@Injectable()
export class RevisionContents {
  private readonly reads = new FairQueue(READS);

  constructor(private readonly revisions: RevisionsRepository) {}

  /**
   * Runs a read of an account when it is its turn. A transaction must not wait for a turn, because it uses a connection.
   * @throws Busy
   */
  inTurn<T>(accountId: Id, read: () => Promise<T>): Promise<T> {
    return this.reads.run(accountId, 0, read);
  }

  /** Returns the content of a revision, or undefined if the revision does not exist. */
  async read(postId: Id, number: number): Promise<RevisedPost | undefined> {
    return (await this.readAll(postId, [number])).get(number);
  }

  /**
   * Like `read`, for a revision that a row refers to.
   * @throws an error if the revision does not exist
   */
  async require(postId: Id, number: number): Promise<RevisedPost> {
    const content = await this.read(postId, number);
    if (!content) throw new Error(`Revision ${number} of post ${postId} is missing`);
    return content;
  }

  /** Returns the contents of those revisions that exist. Revisions that build on each other are unpacked together. */
  async readAll(postId: Id, numbers: number[]): Promise<Map<number, RevisedPost>> {
    const found = new Map<number, RevisedPost>();
    for (const number of numbers.toSorted((a, b) => b - a)) {
      if (found.has(number)) continue;
      for await (const each of this.chain(postId, number))
        if (numbers.includes(each.number)) found.set(each.number, revised(each));
    }
    return found;
  }

  /** Yields the revisions that lead to this one, and this one if it exists. */
  private async *chain(postId: Id, number: number): AsyncGenerator<Unpacked, void, void> {
    let last: Unpacked | undefined;
    while (last?.number !== number) {
      const links = await this.revisions.links(postId, number, last?.number);
      if (links.length === 0) return;
      for (const { content, isWhole, ...link } of links) {
        const text: Buffer = await unpacked(content, isWhole ? undefined : last?.text);
        last = { ...link, text };
        yield last;
      }
    }
  }
}

const revised = ({ text, tags, parentId }: Unpacked): RevisedPost => ({
  ...contentOf(text.toString()),
  tags,
  parentId,
});
