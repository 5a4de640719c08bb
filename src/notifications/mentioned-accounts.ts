import { Injectable } from '@nestjs/common';
import type { Id } from '../platform/schemas/schemas.js';
import { UsersService } from '../users/users.service.js';
import { mentionsIn } from './mentions.js';
import { NoticesRepository, type NotedComment } from './notices.repository.js';

/** A name that more accounts have is looked for among so many of them. */
const MOST_NAMESAKES = 100;

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

  async in(comment: Pick<NotedComment, 'body' | 'postId' | 'postAuthorId'>): Promise<Id[]> {
    const mentions = mentionsIn(comment.body);
    if (mentions.length === 0) return [];
    const found = await this.users.findByNames([...new Set(mentions.flat())], MOST_NAMESAKES);
    const accounts = Map.groupBy(found, ({ name }) => name);
    const meant = mentions.flatMap((names) => {
      const name = names.find((each) => accounts.has(each));
      return name === undefined ? [] : [(accounts.get(name) ?? []).map(({ id }) => id)];
    });
    const unclear = meant.filter((ids) => ids.length > 1).flat();
    const taking = unclear.length > 0 ? await this.takingPart(comment, unclear) : new Set<Id>();
    const clear = meant.map((ids) => (ids.length === 1 ? ids : ids.filter((id) => taking.has(id))));
    return [...new Set(clear.flatMap((ids) => (ids.length === 1 ? ids : [])))];
  }

  private async takingPart(
    { postId, postAuthorId }: Pick<NotedComment, 'postId' | 'postAuthorId'>,
    ids: Id[],
  ): Promise<Set<Id>> {
    return new Set([postAuthorId, ...(await this.notices.commenters(postId, ids))]);
  }
}
