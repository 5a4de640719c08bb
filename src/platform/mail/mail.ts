import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { InjectMetric } from '@willsoto/nestjs-prometheus';
import type { Counter, Histogram } from 'prom-client';
import { Logger } from '../logging/logger.js';
import { type ComposedMail, composed } from './composed-mail.js';
import { type Mailbox, mailboxIn, maskedAddress } from './mail-address.js';
import type { MailMessage } from './mail-message.js';
import { type MailOutcome, refusedRecipient, told, toldText } from './mail-outcome.js';
import { secretsOfMail } from './mail-secrets.js';
import { type MailSettings, mailSettings } from './mail.settings.js';
import { MAIL_TRANSPORT, type MailTransport } from './mail-transport.js';
import type { Withheld } from './withholding/withholding.js';

const OUTCOMES = ['accepted', 'rejected', 'later', 'withdrawn'] as const;

/**
 * Sends messages through the transport of EMAIL_TRANSPORT. All texts of servers pass here, and what they must not tell is
 * withheld here.
 */
@Injectable()
export class Mail implements OnApplicationShutdown {
  private readonly from: Mailbox;
  private readonly secrets: string[];
  /** Why the server did not accept the last message. */
  private lastReason: string | undefined;

  constructor(
    @Inject(MAIL_TRANSPORT) private readonly transport: MailTransport,
    @Inject(mailSettings.KEY) config: MailSettings,
    private readonly logger: Logger,
    @InjectMetric('mail_messages_total') private readonly messages: Counter,
    @InjectMetric('mail_send_duration_seconds') private readonly duration: Histogram,
  ) {
    this.from = mailboxIn(config.EMAIL_FROM) as Mailbox;
    this.secrets = secretsOfMail(config);
    for (const outcome of OUTCOMES) messages.inc({ transport: transport.name, outcome }, 0);
  }

  /** False if this deployment sends no mail, so that nothing should create a message. */
  get enabled(): boolean {
    return this.transport.name !== 'none';
  }

  /** Whether there is a server that can fail. */
  get hasServer(): boolean {
    return this.transport.hasServer;
  }

  /** Returns what is wrong with the server, as the predicate of a sentence, or undefined. */
  async check(): Promise<string | undefined> {
    if (!this.hasServer) return undefined;
    if (!this.transport.check)
      return this.lastReason && `did not accept the last message: ${this.lastReason}`;
    const fault = await this.transport.check();
    return fault && toldText(fault, { secrets: this.secrets });
  }

  /**
   * Makes one attempt to send a message. Features use MailJobs, which repeats it. No request waits for a mail server.
   * @returns what became of it; its texts contain no address of the recipient, no links of the message and no credentials
   */
  async send(message: MailMessage): Promise<MailOutcome> {
    const mail = composed(message, this.from);
    const start = performance.now();
    const outcome = mail
      ? await this.attempt(mail)
      : refusedRecipient('the address is not one that a mail server accepts');
    this.messages.inc({ transport: this.transport.name, outcome: outcome.kind });
    this.duration.observe({ transport: this.transport.name }, (performance.now() - start) / 1000);
    this.log(message, outcome);
    return outcome;
  }

  /** Records that a message is not sent, because what it tells was taken back or its recipient does not want or accept it. */
  withdraw({ id, kind, to }: MailMessage): void {
    this.messages.inc({ transport: this.transport.name, outcome: 'withdrawn' });
    this.logger.info({ mail: id, kind, to: maskedAddress(to.address) }, 'mail withdrawn');
  }

  onApplicationShutdown(): void {
    this.transport.close?.();
  }

  private async attempt(mail: ComposedMail): Promise<MailOutcome> {
    const outcome = told(await this.transport.send(mail), this.withheldOf(mail));
    this.lastReason = outcome.kind === 'later' ? outcome.reason : undefined;
    return outcome;
  }

  private withheldOf({ to, text, headers }: ComposedMail): Withheld {
    return { address: to.address, texts: [text, ...Object.values(headers)], secrets: this.secrets };
  }

  private log({ id, kind, to }: Pick<ComposedMail, 'id' | 'kind' | 'to'>, outcome: MailOutcome): void {
    const { kind: result, ...more } = outcome;
    const facts = { mail: id, kind, to: maskedAddress(to.address), outcome: result, ...more };
    if (result === 'accepted') this.logger.debug(facts, 'mail sent');
    else this.logger.warn(facts, result === 'rejected' ? 'mail rejected' : 'mail not sent yet');
  }
}
