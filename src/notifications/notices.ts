import { Inject, Injectable } from '@nestjs/common';
import { NIL } from 'uuid';
import type { LoggedEvent } from '../platform/events/event.js';
import type { EventConsumer } from '../platform/events/event-consumer.js';
import { Events } from '../platform/events/events.js';
import type { Id } from '../platform/schemas/schemas.js';
import { isFirstPublication } from '../posts/posts.events.js';
import { MentionedAccounts } from './mentioned-accounts.js';
import { NoticeMails } from './notice-mails.js';
import { NoticesRepository, type NotedComment, type Recipient } from './notices.repository.js';
import { noticesCreated } from './notifications.events.js';
import { type NotificationsSettings, notificationsSettings } from './notifications.settings.js';

/** The followers of one statement, which takes a fraction of a second. */
const FOLLOWERS_AT_ONCE = 5000;
/** After so many notices, a transaction ends with the event that caused the last ones. */
const MOST_IN_TRANSACTION = 20_000;

/** Turns facts about posts and comments into notices, exactly once. Only one process does so at a time. */
@Injectable()
export class Notices implements EventConsumer {
  readonly name = 'notifications';
  readonly types = ['post.published', 'comment.created', 'comment.updated', 'comment.moderated'];

  constructor(
    private readonly notices: NoticesRepository,
    private readonly mentioned: MentionedAccounts,
    private readonly mails: NoticeMails,
    private readonly events: Events,
    @Inject(notificationsSettings.KEY) private readonly settings: NotificationsSettings,
  ) {}

  async take(events: LoggedEvent[]): Promise<LoggedEvent | void> {
    let sum = 0;
    for (const event of events.filter(({ isSilent }) => !isSilent)) {
      const count = event.type === 'post.published' ? await this.ofPost(event) : await this.ofComment(event);
      if (count > 0) await this.events.record(noticesCreated(event.id));
      sum += count;
      if (sum >= MOST_IN_TRANSACTION) return event;
    }
  }

  /** @returns the number of notices */
  private async ofPost(event: LoggedEvent): Promise<number> {
    if (!isFirstPublication(event)) return 0;
    const post = await this.notices.post(event.resource.id as Id);
    if (!post) return 0;
    const except = [post.authorId, ...(event.actorId ? [event.actorId] : [])];
    const { occurredAt } = event;
    const ofEvent = { eventId: event.id, sendsMail: this.mails.enabled };
    let count = 0;
    for (let after: Id = NIL; ;) {
      const from = { occurredAt, except, after, most: FOLLOWERS_AT_ONCE };
      const batch = await this.notices.insertForFollowers(post, ofEvent, from);
      await this.mails.ofPost(event.id, post.id, batch.immediate);
      count += batch.count;
      if (!batch.isFull || batch.last === null) return count;
      after = batch.last;
    }
  }

  /** @returns the number of notices */
  private async ofComment(event: LoggedEvent): Promise<number> {
    const comment = await this.notices.comment(
      event.resource.id as Id,
      this.settings.NOTIFICATIONS_RETENTION_DAYS,
    );
    if (!comment) return 0;
    const was = (event.before as { status?: string } | null)?.status;
    if (was === 'pending' && comment.status !== 'pending') await this.notices.deletePending(comment.id);
    const wanted = await this.recipients(event, comment, was);
    const others = wanted.filter(({ userId }) => ![comment.authorId, event.actorId].includes(userId));
    if (others.length === 0) return 0;
    const ofEvent = { eventId: event.id, sendsMail: this.mails.enabled };
    const { count, immediate } = await this.notices.insertForComment(comment, ofEvent, others);
    await this.mails.ofComment(event.id, comment.id, immediate);
    return count;
  }

  /** A comment that has changed since the event is the subject of a later event, which decides. */
  private async recipients(
    { type }: LoggedEvent,
    comment: NotedComment,
    was: string | undefined,
  ): Promise<Recipient[]> {
    const { status, isOld } = comment;
    if (isOld) return [];
    if (status === 'pending' && was !== 'pending') return this.moderators(comment);
    if (status !== 'visible') return [];
    return type === 'comment.updated' ? this.mentions(comment) : this.readers(comment);
  }

  private async moderators({ postAuthorId }: NotedComment): Promise<Recipient[]> {
    const ids = await this.notices.moderators(postAuthorId);
    return ids.map((userId) => ({ userId, kind: 'comment_pending' }));
  }

  private async mentions(comment: NotedComment): Promise<Recipient[]> {
    const ids = await this.mentioned.in(comment);
    return ids.map((userId) => ({ userId, kind: 'comment_mention' }));
  }

  /** An account can occur several times. Its first kind precedes the others. */
  private async readers(comment: NotedComment): Promise<Recipient[]> {
    const { parentAuthorId, postAuthorId } = comment;
    return [
      ...(parentAuthorId ? [{ userId: parentAuthorId, kind: 'comment_reply' } as const] : []),
      ...(await this.mentions(comment)),
      { userId: postAuthorId, kind: 'comment_on_post' },
    ];
  }
}
