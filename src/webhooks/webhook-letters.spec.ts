import { expect, it } from '@jest/globals';
import { MailMessage } from '../platform/mail/mail-message.js';
import { disabledLetter } from './webhook-letters.js';
import type { WebhookRow } from './webhooks.repository.js';

const webhook = (url: string) =>
  ({
    ...{ id: '019a2f6e-2222-7b1e-9c55-0f2d6f1c8a41', version: 2, url },
    ...{ description: '', disabledReason: 'gone' },
  }) as WebhookRow;

it.each([
  ['a name', 'https://a.example/', 'N'.repeat(1001)],
  ['a host', `https://${'h.'.repeat(400)}example/`, 'Ada'],
])('shortens %s that is longer than a message permits', (_what, url, name) => {
  const letter = disabledLetter(webhook(url), { name, email: 'ada@example.com' });
  const message = { ...letter, id: 'webhook-disabled-1', kind: 'webhook-disabled' };
  expect(MailMessage.safeParse(message).error).toBeUndefined();
});
