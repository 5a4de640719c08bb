import type { DeliveryView, WebhookView } from '../../src/webhooks/webhooks.schemas.js';
import type { Client } from './client.js';
import type { Galley } from './galley.js';

/** Permits receivers on this machine. */
export const WEBHOOK_SETTINGS = { OUTBOUND_ALLOW: '127.0.0.1' };

/** An address at which nobody listens. */
const NOBODY = 'http://127.0.0.1:65535/hook';

/** Creates a webhook as an administrator. It never receives anything unless a test gives its URL. */
export async function aWebhook(
  admin: Client,
  given: Partial<Pick<WebhookView, 'url' | 'events' | 'description' | 'active'>> = {},
): Promise<WebhookView & { secret: string }> {
  const made = await admin.post('/api/v1/webhooks', { url: NOBODY, events: ['*'], ...given }).expect(201);
  return made.body as WebhookView & { secret: string };
}

/** Creates a webhook that is not active, and a delivery to it that waits. */
export async function aDelivery(galley: Galley, admin: Client): Promise<DeliveryView> {
  const { id } = await aWebhook(admin, { active: false });
  await galley.database.query(`UPDATE webhooks SET rest_until = now() + interval '1 day' WHERE id = $1`, [
    id,
  ]);
  return (await admin.post(`/api/v1/webhooks/${id}/test`).expect<DeliveryView>(201)).body;
}
