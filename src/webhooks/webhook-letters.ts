import type { MailContent } from '../platform/mail/mail-message.js';
import { oneLine } from '../platform/mail/one-line.js';
import type { WebhookRow } from './webhooks.repository.js';

/** Imported names and hosts can be longer than a line of a letter. */
const MOST_LINE = 200;

const WHY = {
  failing: 'All attempts of five days failed.',
  gone: 'The receiver returned 410 (Gone), which ends a webhook.',
} as const;

/** The path and the query of the URL can contain secrets, so only the host is named. */
export function disabledLetter(webhook: WebhookRow, owner: { name: string; email: string }): MailContent {
  const { id, description, disabledReason } = webhook;
  const host = oneLine(new URL(webhook.url).host, MOST_LINE);
  return {
    to: { address: owner.email, name: oneLine(owner.name, MOST_LINE) },
    subject: `The webhook to ${host} was disabled`,
    blocks: [
      { kind: 'heading', text: 'A webhook was disabled' },
      {
        kind: 'text',
        text: `Galley no longer sends events to ${host}${description ? ` (${description})` : ''}. ${WHY[disabledReason ?? 'failing']}`,
      },
      {
        kind: 'text',
        text: `Repair the receiver, then enable the webhook: PATCH /api/v1/webhooks/${id} with {"active": true}. POST /api/v1/webhooks/${id}/replay sends the events of the time in between.`,
      },
    ],
    why: 'You receive this message because you created the webhook.',
  };
}
