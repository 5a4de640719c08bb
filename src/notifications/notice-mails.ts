import { Injectable } from '@nestjs/common';
import { Mail } from '../platform/mail/mail.js';
import { Logger } from '../platform/logging/logger.js';
import { MailJobs } from '../platform/mail/mail-jobs.js';
import { MailMessage, type NewMail } from '../platform/mail/mail-message.js';
import { oneLine } from '../platform/mail/one-line.js';
import type { Id } from '../platform/schemas/schemas.js';
import { PostPages } from '../posts/post-pages.service.js';
import { digestLetter, noticeLetter, type NoticeFacts } from './notice-letters.js';
import { type Mailbox, NoticeMailsRepository, type SubjectFacts } from './notice-mails.repository.js';
import type { Recipient } from './notices.repository.js';
import { UnsubscribeLinks } from './unsubscribe-links.js';

/** Imported names can be longer than a header. */
const MOST_NAME = 100;
/** Letters contain no longer links. */
const MOST_LINK = 2000;
/** The messages that one turn of the event loop composes. */
const AT_ONCE = 250;

/** Adds the messages about notices in the transaction that creates them. */
@Injectable()
export class NoticeMails {
  constructor(
    private readonly repository: NoticeMailsRepository,
    private readonly jobs: MailJobs,
    private readonly mail: Mail,
    private readonly links: UnsubscribeLinks,
    private readonly logger: Logger,
    private readonly pages: PostPages,
  ) {}

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

  /** @param slot the day, which identifies the message together with the account */
  async digest(
    { id, name, email }: Mailbox,
    slot: string,
    notices: Digested[],
    count: number,
  ): Promise<void> {
    const facts = notices.map((notice) => ({ ...notice, ...this.page(notice) }));
    await this.send([
      {
        id: `digest-${slot.slice(0, 10)}-${id}`,
        kind: 'notification-digest',
        to: { address: email, name: oneLine(name, MOST_NAME) },
        ...digestLetter(facts, count),
        unsubscribeUrl: this.links.urlFor({ userId: id, from: 'daily' }),
      },
    ]);
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
          id: `notice-${eventId}-${id}`,
          kind: 'notification',
          to: { address: email, name: oneLine(name, MOST_NAME) },
          ...letter,
          unsubscribeUrl: this.links.urlFor({ userId: id, from: kind }),
        };
      }),
    );
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

/** A notice in a daily message. */
export type Digested = Omit<NoticeFacts, 'text' | 'page'> & Pick<SubjectFacts, 'slug' | 'postId'>;
