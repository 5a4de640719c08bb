import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Mail } from '../platform/mail/mail.js';
import { Logger } from '../platform/logging/logger.js';
import { MailJobs } from '../platform/mail/mail-jobs.js';
import { type MailContent, MailMessage, type NewMail } from '../platform/mail/mail-message.js';
import { oneLine } from '../platform/mail/one-line.js';
import { Id } from '../platform/schemas/schemas.js';
import { PostPages } from '../posts/post-pages.service.js';
import { CurrentNoticesRepository, type Digested } from './current-notices.repository.js';
import { MentionedAccounts } from './mentioned-accounts.js';
import { type Content, digestLetter, noticeLetter, type NoticeFacts } from './notice-letters.js';
import { type Mailbox, NoticeMailsRepository, type SubjectFacts } from './notice-mails.repository.js';
import type { Recipient } from './notices.repository.js';
import { RefusalsRepository } from './refusals.repository.js';
import { type Unsubscribed, UnsubscribeLinks } from './unsubscribe-links.js';

/** Imported names can be longer than a header. */
const MOST_NAME = 100;
/** Letters contain no longer links. */
const MOST_LINK = 2000;
/** The messages that one turn of the event loop composes. */
const AT_ONCE = 250;

/** The account and the event of a notice. */
const OneNotice = z.object({ userId: Id, eventId: Id });
const NOTICE = 'notice';
/** The account, the notices that its daily message shows, and how many more there are. */
const DailyNotices = z.object({ userId: Id, ids: z.array(Id), more: z.int().nonnegative() });
const DIGEST = 'notification-digest';

/**
 * Adds the messages about notices in the transaction that creates them, and composes them again when they are sent, so that
 * they tell nothing that was taken back while they waited.
 */
@Injectable()
export class NoticeMails {
  constructor(
    private readonly repository: NoticeMailsRepository,
    private readonly jobs: MailJobs,
    private readonly mail: Mail,
    private readonly links: UnsubscribeLinks,
    private readonly logger: Logger,
    private readonly pages: PostPages,
    private readonly current: CurrentNoticesRepository,
    private readonly refusals: RefusalsRepository,
    private readonly mentioned: MentionedAccounts,
  ) {
    const heard = ({ userId }: { userId: Id }, isAccepted: boolean) => this.heard(userId, isAccepted);
    jobs.from({ name: NOTICE, data: OneNotice, compose: (data) => this.composeNotice(data), heard });
    jobs.from({ name: DIGEST, data: DailyNotices, compose: (data) => this.composeDigest(data), heard });
  }

  /** False if the deployment sends no mail, or does not know the address for the links to unsubscribe. */
  get enabled(): boolean {
    return this.mail.enabled && this.links.available;
  }

  async ofPost(eventId: Id, postId: Id, recipients: Recipient[]): Promise<void> {
    if (recipients.length > 0) await this.add(eventId, await this.repository.post(postId), recipients);
  }

  async ofComment(eventId: Id, commentId: Id, recipients: Recipient[]): Promise<void> {
    if (recipients.length > 0) await this.add(eventId, await this.repository.comment(commentId), recipients);
  }

  /**
   * @param slot the day, which identifies the message together with the account
   * @param more the number of notices that it does not show
   */
  async digest({ id: userId }: { id: Id }, slot: string, ids: Id[], more: number): Promise<void> {
    const data = { userId, ids, more };
    const content = await this.composeDigest(data);
    if (!content) return;
    const id = `digest-${slot.slice(0, 10)}-${userId}`;
    await this.send([{ ...content, id, kind: 'notification-digest', source: { name: DIGEST, data } }]);
  }

  /** An address that the server refuses again and again receives no more notices for a time. */
  private async heard(userId: Id, isAccepted: boolean): Promise<void> {
    if (isAccepted) await this.refusals.forget(userId);
    else if (await this.refusals.count(userId))
      this.logger.warn({ userId }, 'notifications by mail to an account pause: its address is refused');
  }

  private async composeNotice({
    userId,
    eventId,
  }: z.output<typeof OneNotice>): Promise<MailContent | undefined> {
    const account = await this.current.account(userId);
    const found = account && (await this.current.one(account, eventId));
    const [notice] = found ? await this.stillTrue(userId, [found]) : [];
    return (
      account && notice && this.toOne(account, noticeLetter({ ...notice, ...this.page(notice) }), notice.kind)
    );
  }

  private async composeDigest({
    userId,
    ids,
    more,
  }: z.output<typeof DailyNotices>): Promise<MailContent | undefined> {
    const account = await this.current.account(userId);
    const notices = account ? await this.stillTrue(userId, await this.current.some(account, ids)) : [];
    if (!account || notices.length === 0) return undefined;
    const facts = notices.map((notice) => ({ ...notice, ...this.page(notice) }));
    return this.toOne(account, digestLetter(facts, notices.length + more), 'daily');
  }

  /** Omits mentions that an edit has removed. An edit leaves the notice, because it may return. */
  private async stillTrue<N extends Digested>(userId: Id, notices: N[]): Promise<N[]> {
    const asked = notices.flatMap((notice) => {
      const { changed: body, postId, postAuthorId } = notice;
      return body === null ? [] : [{ notice, body, postId, postAuthorId }];
    });
    const mentioned = await this.mentioned.inEach(asked);
    const gone = new Set<N>(
      asked.filter((_each, n) => !mentioned[n]?.includes(userId)).map(({ notice }) => notice),
    );
    return notices.filter((notice) => !gone.has(notice));
  }

  private async add(eventId: Id, subject: SubjectFacts | undefined, recipients: Recipient[]): Promise<void> {
    if (!subject) return;
    for (let at = 0; at < recipients.length; at += AT_ONCE)
      await this.addSome(eventId, subject, recipients.slice(at, at + AT_ONCE));
  }

  private async addSome(eventId: Id, subject: SubjectFacts, recipients: Recipient[]): Promise<void> {
    const kinds = new Map(recipients.map(({ userId, kind }) => [userId, kind]));
    const mailboxes = await this.repository.mailboxes([...kinds.keys()]);
    const letters = new Map(
      [...new Set(kinds.values())].map((kind) => [
        kind,
        noticeLetter({ kind, ...subject, ...this.page(subject) }),
      ]),
    );
    await this.send(
      mailboxes.flatMap(({ id, name, email }) => {
        const kind = kinds.get(id);
        const letter = kind && letters.get(kind);
        if (!letter) return [];
        return {
          ...this.toOne({ id, name, email }, letter, kind),
          id: `notice-${eventId}-${id}`,
          kind: 'notification',
          source: { name: NOTICE, data: { userId: id, eventId } },
        };
      }),
    );
  }

  private toOne({ id, name, email }: Mailbox, letter: Content, from: Unsubscribed['from']): MailContent {
    return {
      to: { address: email, name: oneLine(name, MOST_NAME) },
      ...letter,
      unsubscribeUrl: this.links.urlFor({ userId: id, from }),
    };
  }

  /** A message that no mail server accepts must not hold up the notices of others. */
  private async send(messages: NewMail[]): Promise<void> {
    const valid = messages.filter((message) => MailMessage.safeParse(message).success);
    if (valid.length < messages.length)
      this.logger.warn({ count: messages.length - valid.length }, 'notifications cannot be sent by mail');
    await this.jobs.add(valid);
  }

  private page({ slug, postId }: Pick<SubjectFacts, 'slug' | 'postId'>): Pick<NoticeFacts, 'page'> {
    const page = this.pages.of({ slug, id: postId });
    return page && page.length <= MOST_LINK ? { page } : {};
  }
}
