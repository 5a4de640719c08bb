import { Injectable } from '@nestjs/common';
import type { Id } from '../platform/schemas/schemas.js';
import { UsersService } from '../users/users.service.js';
import { mentionsIn } from './mentions.js';
import { NoticesRepository, type NotedComment } from './notices.repository.js';

/** A name that more accounts have is looked for among so many of them. */
const MOST_NAMESAKES = 100;

type Mentioning = Pick<NotedComment, 'body' | 'postId' | 'postAuthorId'>;

/**
 * Finds the accounts that a comment mentions. The longest name that an account has counts. If several accounts have it,
 * the only one of them that takes part in the discussion is meant, and otherwise nobody.
 */
@Injectable()
export class MentionedAccounts {
  constructor(
    private readonly users: UsersService,
    private readonly notices: NoticesRepository,
  ) {}

  async in(comment: Mentioning): Promise<Id[]> {
    const [ids = []] = await this.inEach([comment]);
    return ids;
  }

  /** Returns the accounts of each comment, with two statements for all of them. */
  async inEach(comments: Mentioning[]): Promise<Id[][]> {
    const mentions = comments.map(({ body }) => mentionsIn(body));
    const accounts = await this.named(new Set(mentions.flat(2)));
    const meant = mentions.map((each) =>
      each.flatMap((names) => {
        const name = names.find((known) => accounts.has(known));
        return name === undefined ? [] : [(accounts.get(name) ?? []).map(({ id }) => id)];
      }),
    );
    const unclear = meant.map((each) => each.filter((ids) => ids.length > 1).flat());
    const taking = await this.takingPart(comments, unclear);
    return meant.map((each, n) => {
      const clear = each.map((ids) => (ids.length === 1 ? ids : ids.filter((id) => taking[n]?.has(id))));
      return [...new Set(clear.flatMap((ids) => (ids.length === 1 ? ids : [])))];
    });
  }

  private async named(names: Set<string>): Promise<Map<string, { name: string; id: Id }[]>> {
    const found = names.size === 0 ? [] : await this.users.findByNames([...names], MOST_NAMESAKES);
    return Map.groupBy(found, ({ name }) => name);
  }

  /** @param among accounts for each comment */
  private async takingPart(comments: Mentioning[], among: Id[][]): Promise<Set<Id>[]> {
    const asked = comments.flatMap(({ postId }, n) => (among[n] ?? []).map((id) => ({ postId, id })));
    const found = asked.length === 0 ? [] : await this.notices.commenters(asked);
    const byPost = Map.groupBy(found, ({ postId }) => postId);
    return comments.map(
      ({ postId, postAuthorId }) =>
        new Set([postAuthorId, ...(byPost.get(postId) ?? []).map(({ id }) => id)]),
    );
  }
}
