import { Injectable } from '@nestjs/common';
import { AuditLog } from '../platform/audit/audit-log.js';
import type { ResealedBatch } from '../platform/secrets/key-rotation.js';
import { EncryptionNotConfigured } from '../platform/secrets/secrets.errors.js';
import type { Id } from '../platform/schemas/schemas.js';
import { type SealedSecrets, WebhookSecrets } from './webhook-secrets.js';
import { webhookSecretEncrypted } from './webhooks.audit.js';
import { WebhooksRepository } from './webhooks.repository.js';

const BATCH = 100;

/** Seals the secrets of webhooks with the current ENCRYPTION_KEY, while other processes send and rotate. */
@Injectable()
export class WebhookResealing {
  constructor(
    private readonly webhooks: WebhooksRepository,
    private readonly secrets: WebhookSecrets,
    private readonly audit: AuditLog,
  ) {}

  /** @throws EncryptionNotConfigured */
  reseal(after: Id | undefined): Promise<ResealedBatch> {
    return this.webhooks.transaction(async () => {
      const batch: ResealedBatch = { changed: 0, current: 0, unreadable: [] };
      for (const { id, ...sealed } of await this.webhooks.lockSecrets(after, BATCH)) {
        batch.last = id;
        const again = this.resealed(id, sealed);
        if (again === 'unreadable') batch.unreadable.push(`webhook ${id}`);
        else if (again) {
          await this.webhooks.replaceSeals(id, again);
          await this.audit.record(webhookSecretEncrypted(id));
          batch.changed++;
        } else batch.current++;
      }
      return batch;
    });
  }

  /** @returns undefined if the current key has sealed the secrets already */
  private resealed(id: Id, sealed: SealedSecrets): SealedSecrets | undefined | 'unreadable' {
    try {
      return this.secrets.reseal(id, sealed);
    } catch (error) {
      if (error instanceof EncryptionNotConfigured) throw error;
      return 'unreadable';
    }
  }
}
