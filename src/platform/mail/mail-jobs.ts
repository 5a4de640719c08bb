import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import { messageOf } from '../errors/thrown.js';
import { GiveUp, RetryLater } from '../jobs/job.errors.js';
import { Jobs } from '../jobs/jobs.js';
import { Logger } from '../logging/logger.js';
import { Mail } from './mail.js';
import { SEND_MAIL } from './mail.jobs.js';
import { MailMessage, type NewMail } from './mail-message.js';
import type { MailSource } from './mail-source.js';

/**
 * The way for features to send messages: each one is a job of the queue `mail`, added in the transaction of the write
 * that it reports. While a server is down, messages wait.
 */
@Injectable()
export class MailJobs {
  private readonly sources = new Map<string, MailSource<z.ZodType>>();

  constructor(
    private readonly jobs: Jobs,
    private readonly mail: Mail,
    private readonly logger: Logger,
  ) {
    jobs.handle(SEND_MAIL, (message) => this.attempt(message));
  }

  /** Messages that name this source are composed by it when they are sent. A module calls this in its constructor. */
  from<T extends z.ZodType>(source: MailSource<T>): void {
    this.sources.set(source.name, source);
  }

  /**
   * Adds messages, or none if this deployment sends no mail.
   * @throws OutsideTransaction if no transaction is open
   */
  async add(messages: NewMail[]): Promise<void> {
    if (!this.mail.enabled) return;
    await this.jobs.addMany(
      SEND_MAIL,
      messages.map((payload) => ({ payload })),
    );
  }

  /**
   * A recipient whom the server refuses for ever is not a fault that an administrator could repair, so the job is done.
   * @throws GiveUp, RetryLater or Error for another message that the server did not accept
   */
  private async attempt(added: MailMessage): Promise<void> {
    // A deployment that sends no mail has nothing to decide about messages of one that does.
    const message = this.mail.enabled ? await this.current(added) : added;
    if (!message) return this.mail.withdraw(added);
    const outcome = await this.mail.send(message);
    if (outcome.kind === 'accepted') return this.tell(message, true);
    if (outcome.kind === 'rejected' && outcome.ofRecipient) return this.tell(message, false);
    if (outcome.kind === 'rejected') throw new GiveUp(outcome.reason);
    if (outcome.afterSeconds !== undefined) throw new RetryLater(outcome.afterSeconds, outcome.reason);
    throw new Error(outcome.reason);
  }

  /** A source that fails must not cause a second message. */
  private async tell({ id, source: named }: MailMessage, isAccepted: boolean): Promise<void> {
    const source = this.sources.get(named?.name ?? '');
    try {
      await source?.heard?.(source.data.parse(named?.data), isAccepted);
    } catch (error) {
      this.logger.warn({ mail: id, reason: messageOf(error) }, 'what became of a mail was not recorded');
    }
  }

  /** Returns the message as it is now, or undefined if there is nothing to tell any more. */
  private async current(message: MailMessage): Promise<MailMessage | undefined> {
    const source = this.sources.get(message.source?.name ?? '');
    if (!source) return message;
    const content = await source.compose(source.data.parse(message.source?.data));
    const { id, kind } = message;
    return content && MailMessage.parse({ ...content, id, kind, source: message.source });
  }
}
