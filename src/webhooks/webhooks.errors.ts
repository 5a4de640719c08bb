import { Conflict, NotFound } from '../platform/errors/problem.js';
import type { Id } from '../platform/schemas/schemas.js';

export class WebhookNotFound extends NotFound {
  static override readonly code = 'webhook_not_found';
  static override readonly title = 'Webhook not found';
  static readonly advice = 'Check the id. `GET /api/v1/webhooks` lists all webhooks.';
  constructor(id: Id) {
    super(`No webhook with the id ${id} exists.`);
  }
}

export class DeliveryNotFound extends NotFound {
  static override readonly code = 'delivery_not_found';
  static override readonly title = 'Delivery not found';
  static readonly advice =
    'Check the id. Deliveries are deleted after `WEBHOOK_DELIVERIES_RETENTION_DAYS` and with their webhook.';
  constructor(id: Id) {
    super(`No delivery with the id ${id} exists. It can have been deleted because of its age.`);
  }
}

export class TooManyWebhooks extends Conflict {
  static override readonly code = 'too_many_webhooks';
  static override readonly title = 'There are too many webhooks';
  static readonly advice =
    'Delete a webhook that is not used any more, or ask the operator to increase `WEBHOOKS_MAX`.';
  constructor(most: number) {
    super(`This deployment permits ${most} webhooks (WEBHOOKS_MAX). Delete one that is not used any more.`);
  }
}

export class ReplayTooLarge extends Conflict {
  static override readonly code = 'replay_too_large';
  static override readonly title = 'The span contains too many events';
  static readonly advice = 'Replay the time in several requests with shorter spans, the oldest one first.';
  constructor(most: number) {
    super(
      `The time between since and until contains more than ${most} events for this webhook. Nothing was replayed. Use several requests with shorter spans, the oldest one first.`,
    );
  }
}
