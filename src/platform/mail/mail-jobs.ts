import { Injectable } from '@nestjs/common';
import { GiveUp, RetryLater } from '../jobs/job.errors.js';
import { Jobs } from '../jobs/jobs.js';
import { Mail } from './mail.js';
import { SEND_MAIL } from './mail.jobs.js';
import type { MailMessage, NewMail } from './mail-message.js';

/**
 * The way for features to send messages: each one is a job of the queue `mail`, added in the transaction of the write
 * that it reports. While a server is down, messages wait.
 */
@Injectable()
export class MailJobs {
  constructor(
    private readonly jobs: Jobs,
    private readonly mail: Mail,
  ) {
    jobs.handle(SEND_MAIL, (message) => this.attempt(message));
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

  /** @throws GiveUp, RetryLater or Error unless the server accepted the message */
  private async attempt(message: MailMessage): Promise<void> {
    const outcome = await this.mail.send(message);
    if (outcome.kind === 'accepted') return;
    if (outcome.kind === 'rejected') throw new GiveUp(outcome.reason);
    if (outcome.afterSeconds !== undefined) throw new RetryLater(outcome.afterSeconds, outcome.reason);
    throw new Error(outcome.reason);
  }
}
