import { Injectable } from '@nestjs/common';
import type { Id } from '../../platform/schemas/schemas.js';
import { unpacked } from './packed-text.js';
import { contentOf, type RevisedPost } from './revised-post.js';
import { RevisionsRepository } from './revisions.repository.js';

/** Reads what revisions contain. */
@Injectable()
export class RevisionContents {
  constructor(private readonly revisions: RevisionsRepository) {}

  /** Returns the content of a revision, or undefined if the revision does not exist. */
  async read(postId: Id, number: number): Promise<RevisedPost | undefined> {
    const links = await this.revisions.chain(postId, number);
    const last = links.at(-1);
    if (last?.number !== number) return undefined;
    let text: string | undefined;
    for (const { content } of links) text = await unpacked(content, text);
    return { ...contentOf(text as string), tags: last.tags, parentId: last.parentId };
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
}
