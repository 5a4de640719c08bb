import { Injectable } from '@nestjs/common';
import { HealthIndicatorService } from '@nestjs/terminus';
import { Mail } from '../platform/mail/mail.js';

/** A session with a mail server costs both sides more than a query, and load balancers can ask often. */
const BELIEVED_MS = 30_000;

/** Checks that the mail server accepts a session. Readiness ignores it, because messages wait until it does. */
@Injectable()
export class MailIndicator {
  private believed: { until: number; fault: Promise<string | undefined> } | undefined;

  constructor(
    private readonly health: HealthIndicatorService,
    private readonly mail: Mail,
  ) {}

  get enabled(): boolean {
    return this.mail.hasServer;
  }

  async check() {
    const indicator = this.health.check('mail');
    if (!this.believed || performance.now() > this.believed.until)
      this.believed = { until: performance.now() + BELIEVED_MS, fault: this.mail.check() };
    const message = await this.believed.fault;
    return message === undefined ? indicator.up() : indicator.down({ message });
  }
}
