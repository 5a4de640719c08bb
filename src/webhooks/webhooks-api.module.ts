import { Module } from '@nestjs/common';
import { EventViews } from '../platform/event-views/event-views.js';
import { EventViewsModule } from '../platform/event-views/event-views.module.js';
import { API_WEBHOOKS, ApiSection } from '../platform/http/contract/api-description.js';
import { IdempotencyModule } from '../platform/idempotency/idempotency.module.js';
import { DeliveriesController } from './deliveries.controller.js';
import { webhookDocuments } from './webhook-documents.js';
import { WebhooksController } from './webhooks.controller.js';
import { WebhooksModule } from './webhooks.module.js';

@ApiSection('webhooks', 'Endpoints to send events to other systems as an administrator.', { rank: 2 })
@Module({
  imports: [EventViewsModule, IdempotencyModule, WebhooksModule],
  controllers: [WebhooksController, DeliveriesController],
  providers: [
    {
      provide: API_WEBHOOKS,
      inject: [EventViews],
      useFactory: (views: EventViews) => () => webhookDocuments(views),
    },
  ],
})
export class WebhooksApiModule {}
