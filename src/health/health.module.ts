import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { ApiSection } from '../platform/http/contract/api-description.js';
import { DatabaseModule } from '../platform/database/database.module.js';
import { MailModule } from '../platform/mail/mail.module.js';
import { OutboundModule } from '../platform/outbound/outbound.module.js';
import { RedisModule } from '../platform/redis/redis.module.js';
import { DatabaseIndicator } from './database.indicator.js';
import { DatabaseReadiness } from './database-readiness.js';
import { DatabaseWitness } from './database-witness.js';
import { HealthController } from './health.controller.js';
import { HealthEnabledGuard } from './health-enabled.guard.js';
import { HealthService } from './health.service.js';
import { LifecycleIndicator } from './lifecycle.indicator.js';
import { MailIndicator } from './mail.indicator.js';
import { RedisIndicator } from './redis.indicator.js';

@ApiSection('health', 'Health endpoints for probes and operators.', { rank: 2 })
@Module({
  imports: [
    DatabaseModule,
    MailModule,
    OutboundModule,
    RedisModule,
    TerminusModule.forRoot({ logger: false }),
  ],
  controllers: [HealthController],
  providers: [
    HealthService,
    HealthEnabledGuard,
    DatabaseIndicator,
    DatabaseReadiness,
    DatabaseWitness,
    LifecycleIndicator,
    MailIndicator,
    RedisIndicator,
  ],
})
export class HealthModule {}
