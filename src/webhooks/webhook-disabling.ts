import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { InjectMetric } from '@willsoto/nestjs-prometheus';
import type { Counter } from 'prom-client';
import { AuditLog } from '../platform/audit/audit-log.js';
import { Database } from '../platform/database/database.js';
import { Logger } from '../platform/logging/logger.js';
import { MailJobs } from '../platform/mail/mail-jobs.js';
import type { MailContent } from '../platform/mail/mail-message.js';
import { Id } from '../platform/schemas/schemas.js';
import type { DisabledReason } from './webhook.entity.js';
import { disabledLetter } from './webhook-letters.js';
import { webhookDisabled } from './webhooks.audit.js';
import { WebhooksRepository } from './webhooks.repository.js';

const SOURCE = 'webhook-disabled';

/** Disables a webhook whose receiver does not work, and tells its owner. */
@Injectable()
export class WebhookDisabling {
  constructor(
    private readonly webhooks: WebhooksRepository,
    private readonly database: Database,
    private readonly audit: AuditLog,
    private readonly mail: MailJobs,
    private readonly logger: Logger,
    @InjectMetric('webhooks_disabled_total') private readonly disabled: Counter,
  ) {
    mail.from({ name: SOURCE, data: z.object({ id: Id }), compose: ({ id }) => this.letter(id) });
  }

  /** The mail is a job of the same transaction. */
  async disable(id: Id, reason: DisabledReason): Promise<void> {
    const before = await this.webhooks.lock(id);
    if (!before?.active) return;
    await this.webhooks.disable(id, reason);
    const after = (await this.webhooks.find(id)) ?? before;
    await this.audit.record(webhookDisabled(before, after));
    const letter = await this.letter(id);
    if (letter)
      await this.mail.add([
        {
          ...letter,
          id: `webhook-disabled-${id}-${after.version}`,
          kind: 'webhook-disabled',
          source: { name: SOURCE, data: { id } },
        },
      ]);
    await this.database.afterCommit(() => {
      this.disabled.inc({ reason });
      this.logger.warn(
        { webhookId: id, reason },
        'a webhook was disabled, because its receiver does not work',
      );
      return Promise.resolve();
    });
  }

  /** Returns undefined if the webhook works again or is gone, or if its owner has no address. */
  private async letter(id: Id): Promise<MailContent | undefined> {
    const webhook = await this.webhooks.find(id);
    if (!webhook?.disabledReason) return undefined;
    const owner = await this.webhooks.ownerOf(id);
    return owner && disabledLetter(webhook, owner);
  }
}
