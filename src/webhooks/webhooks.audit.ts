import { type AuditEvent, changesBetween, changedFields } from '../platform/audit/audit-event.js';
import type { Id } from '../platform/schemas/schemas.js';
import type { WebhookRow } from './webhooks.repository.js';

const FIELDS = ['origin', 'events', 'description', 'active', 'disabledReason'] as const;

/** The path and the query of a URL can contain secrets, so the log keeps only its origin. */
const recorded = (webhook: WebhookRow) => ({ ...webhook, origin: new URL(webhook.url).origin });

export const webhookCreated = (webhook: WebhookRow): AuditEvent => ({
  action: 'webhook.created',
  targetId: webhook.id,
  changes: changesBetween(null, recorded(webhook), FIELDS),
});

export const webhookUpdated = (before: WebhookRow, after: WebhookRow): AuditEvent => ({
  action: 'webhook.updated',
  targetId: after.id,
  changes: {
    ...(before.url !== after.url && changedFields(['url'])),
    ...changesBetween(recorded(before), recorded(after), FIELDS),
  },
});

/** Galley itself disabled it. */
export const webhookDisabled = (before: WebhookRow, after: WebhookRow): AuditEvent => ({
  ...webhookUpdated(before, after),
  action: 'webhook.disabled',
});

export const webhookDeleted = (webhook: WebhookRow): AuditEvent => ({
  action: 'webhook.deleted',
  targetId: webhook.id,
  changes: changesBetween(recorded(webhook), null, FIELDS),
});

export const webhookSecretRotated = (id: Id): AuditEvent => ({
  action: 'webhook.secret_rotated',
  targetId: id,
  changes: changedFields(['secret']),
});

/** The secret is the same, but another key encrypts it. */
export const webhookSecretEncrypted = (id: Id): AuditEvent => ({
  action: 'webhook.secret_encrypted',
  targetId: id,
});

export const webhookTested = (id: Id): AuditEvent => ({ action: 'webhook.tested', targetId: id });

export const webhookReplayed = (
  id: Id,
  span: { since: string; until: string; deliveries: number },
): AuditEvent => ({
  action: 'webhook.replayed',
  targetId: id,
  changes: changesBetween(null, span, ['since', 'until', 'deliveries']),
});

export const deliveryReplayed = (webhookId: Id, deliveryId: Id): AuditEvent => ({
  action: 'webhook.delivery_replayed',
  targetId: webhookId,
  changes: changesBetween(null, { deliveryId }, ['deliveryId']),
});
