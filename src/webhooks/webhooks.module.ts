import { Inject, Module } from '@nestjs/common';
import { AuditLogModule } from '../platform/audit/audit-log.module.js';
import { DatabaseModule } from '../platform/database/database.module.js';
import { EventViewsModule } from '../platform/event-views/event-views.module.js';
import { EventConsumers } from '../platform/events/event-consumers.js';
import { EventsModule } from '../platform/events/events.module.js';
import { Jobs } from '../platform/jobs/jobs.js';
import { JobsModule } from '../platform/jobs/jobs.module.js';
import { ListsModule } from '../platform/lists/lists.module.js';
import { MailJobsModule } from '../platform/mail/mail-jobs.module.js';
import { OutboundModule } from '../platform/outbound/outbound.module.js';
import { Periodic } from '../platform/periodic/periodic.js';
import { PeriodicModule } from '../platform/periodic/periodic.module.js';
import { PURGE_BATCH, purging } from '../platform/periodic/purging.js';
import { KeyRotation } from '../platform/secrets/key-rotation.js';
import { SecretsModule } from '../platform/secrets/secrets.module.js';
import './webhook-attempt.entity.js';
import './webhook-delivery.entity.js';
import './webhook-message.entity.js';
import './webhook.entity.js';
import { DeliveriesRepository } from './deliveries.repository.js';
import { DeliveriesService } from './deliveries.service.js';
import { DeliveryJobs } from './delivery-jobs.js';
import { DeliveryOutcomes } from './delivery-outcomes.js';
import { DeliveryPump } from './delivery-pump.js';
import { DeliveryQueueRepository } from './delivery-queue.repository.js';
import { DeliveryRequests } from './delivery-requests.js';
import { ReplayedEvents } from './replayed-events.js';
import { ResourceLocks } from './resource-locks.js';
import { WebhookBacklog } from './webhook-backlog.js';
import { WebhookConsumer } from './webhook-consumer.js';
import { WebhookDisabling } from './webhook-disabling.js';
import { WebhookMessages } from './webhook-messages.js';
import { WebhookResealing } from './webhook-resealing.js';
import { WebhookSecrets } from './webhook-secrets.js';
import { DELIVER } from './webhooks.jobs.js';
import { WEBHOOKS_METRICS } from './webhooks.metrics.js';
import { WebhooksRepository } from './webhooks.repository.js';
import { WebhooksService } from './webhooks.service.js';
import { type WebhooksSettings, webhooksSettings } from './webhooks.settings.js';

const PLATFORM = [
  ...[
    AuditLogModule,
    DatabaseModule,
    EventsModule,
    EventViewsModule,
    JobsModule,
    ListsModule,
    MailJobsModule,
  ],
  ...[OutboundModule, PeriodicModule, SecretsModule],
];

@Module({
  imports: PLATFORM,
  providers: [
    ...WEBHOOKS_METRICS,
    ...[DeliveriesRepository, DeliveriesService, DeliveryJobs, DeliveryOutcomes, DeliveryPump],
    ...[
      DeliveryQueueRepository,
      DeliveryRequests,
      ReplayedEvents,
      ResourceLocks,
      WebhookBacklog,
      WebhookConsumer,
    ],
    ...[WebhookDisabling, WebhookMessages, WebhookResealing, WebhookSecrets],
    ...[WebhooksRepository, WebhooksService],
  ],
  exports: [DeliveriesService, WebhooksService],
})
export class WebhooksModule {
  constructor(
    consumers: EventConsumers,
    consumer: WebhookConsumer,
    jobs: Jobs,
    pump: DeliveryPump,
    waiting: DeliveryJobs,
    backlog: WebhookBacklog,
    keys: KeyRotation,
    resealing: WebhookResealing,
    periodic: Periodic,
    webhooks: WebhooksRepository,
    deliveries: DeliveriesRepository,
    @Inject(webhooksSettings.KEY) { WEBHOOK_DELIVERIES_RETENTION_DAYS: days }: WebhooksSettings,
  ) {
    consumers.add(consumer);
    keys.add((after) => resealing.reseal(after));
    jobs.handle(DELIVER, (payload, job) => pump.run(payload, job));
    const roles = ['worker'] as const;
    periodic.add({ name: 'webhooks-look', roles, everyMs: 1000, atStart: true, run: () => waiting.look() });
    periodic.add({
      name: 'webhooks-backlog',
      roles,
      everyMs: 15_000,
      atStart: true,
      run: () => backlog.measure(),
    });
    const old = () => webhooks.transaction(() => deliveries.deleteOld(days, PURGE_BATCH));
    periodic.add({ name: 'webhook-deliveries-purge', roles, everyMs: 60_000, run: purging(old) });
    const unused = () => webhooks.transaction(() => deliveries.deleteOldMessages(days, PURGE_BATCH));
    periodic.add({ name: 'webhook-messages-purge', roles, everyMs: 60_000, run: purging(unused) });
  }
}
