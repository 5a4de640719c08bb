import { Module } from '@nestjs/common';
import { ApiSection } from '../platform/http/contract/api-description.js';
import { TiersModule } from '../platform/http/tiers/tiers.module.js';
import { IdempotencyModule } from '../platform/idempotency/idempotency.module.js';
import { NotificationsController } from './notifications.controller.js';
import { NotificationsModule } from './notifications.module.js';
import { PreferencesController } from './preferences.controller.js';
import { UnsubscribeController } from './unsubscribe.controller.js';

@ApiSection('notifications', 'Endpoints to read your notifications and to choose what you are notified of.')
@Module({
  imports: [IdempotencyModule, NotificationsModule, TiersModule],
  controllers: [NotificationsController, PreferencesController, UnsubscribeController],
})
export class NotificationsApiModule {}
