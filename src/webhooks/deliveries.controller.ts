import { Body, Controller, Get, Param, Post, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Allow } from '../platform/http/access/access.js';
import { CurrentUser, type Principal } from '../platform/http/access/principal.js';
import { Audited } from '../platform/http/contract/audited.decorator.js';
import { Returns, Summary } from '../platform/http/contract/returns.decorator.js';
import { setLocation } from '../platform/http/routes/api-path.js';
import { Replayable } from '../platform/idempotency/replayable.decorator.js';
import { Replays } from '../platform/idempotency/replays.js';
import { pickFields } from '../platform/lists/pick.js';
import { Id } from '../platform/schemas/schemas.js';
import { DeliveriesService } from './deliveries.service.js';
import { WEBHOOKS } from './webhooks.access.js';
import { DeliveryNotFound, ReplayTooLarge, WebhookNotFound } from './webhooks.errors.js';
import {
  DeliveryPage,
  DeliveryView,
  ListDeliveriesQuery,
  ReplayView,
  ReplayWebhook,
} from './webhooks.schemas.js';

@ApiTags('webhooks')
@Controller('webhooks')
export class DeliveriesController {
  constructor(
    private readonly deliveries: DeliveriesService,
    replays: Replays,
  ) {
    replays.add<DeliveryView>('delivery', { idOf: ({ id }) => id, get: (id) => this.getDelivery(id) });
  }

  @Summary(
    'List the deliveries of a webhook',
    'Returns what was sent to the webhook and what is pending, with the result of each attempt.',
  )
  @Get(':id/deliveries')
  @Allow(WEBHOOKS.manage)
  @Returns(200, DeliveryPage, WebhookNotFound)
  async listDeliveries(
    @Param('id', { schema: Id }) id: Id,
    @Query({ schema: ListDeliveriesQuery }) query: ListDeliveriesQuery,
  ) {
    return pickFields(await this.deliveries.list(id, query), query.fields, 'id');
  }

  @Summary(
    'Get a delivery',
    'Returns a delivery with the body of its request and the beginning of each response.',
  )
  @Get('deliveries/:id')
  @Allow(WEBHOOKS.manage)
  @Returns(200, DeliveryView, DeliveryNotFound)
  getDelivery(@Param('id', { schema: Id }) id: Id): Promise<DeliveryView> {
    return this.deliveries.get(id);
  }

  @Summary(
    'Test a webhook',
    'Sends an event of the type `ping` once, also if the webhook is not active. Read the delivery to see the result.',
  )
  @Post(':id/test')
  @Allow(WEBHOOKS.manage)
  @Replayable('delivery')
  @Audited('webhook.tested')
  @Returns(201, DeliveryView, WebhookNotFound)
  async testWebhook(
    @Param('id', { schema: Id }) id: Id,
    @CurrentUser() by: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return located(await this.deliveries.test(id, by), reply);
  }

  @Summary(
    'Replay a delivery',
    'Sends the event again, with the same `webhook-id` and the same body, as a new delivery. If the delivery is still pending, its next attempt is made now instead.',
  )
  @Post('deliveries/:id/replay')
  @Allow(WEBHOOKS.manage)
  @Replayable('delivery')
  @Audited('webhook.delivery_replayed')
  @Returns(201, DeliveryView, DeliveryNotFound)
  async replayDelivery(@Param('id', { schema: Id }) id: Id, @Res({ passthrough: true }) reply: FastifyReply) {
    return located(await this.deliveries.replay(id), reply);
  }

  @Summary(
    'Replay a time span',
    'Sends the events of a time span to the webhook again, in their order and with the same `webhook-id`, also those that were not sent because the webhook did not exist or was not active. Only events of the types that the webhook subscribes to now are sent. At most 10,000 events, within `CHANGES_RETENTION_DAYS`.',
  )
  @Post(':id/replay')
  @Allow(WEBHOOKS.manage)
  @Replayable()
  @Audited('webhook.replayed')
  @Returns(200, ReplayView, WebhookNotFound, ReplayTooLarge)
  replayWebhook(@Param('id', { schema: Id }) id: Id, @Body({ schema: ReplayWebhook }) span: ReplayWebhook) {
    return this.deliveries.replaySpan(id, span);
  }
}

function located(delivery: DeliveryView, reply: FastifyReply): DeliveryView {
  setLocation(reply, `webhooks/deliveries/${delivery.id}`);
  return delivery;
}
