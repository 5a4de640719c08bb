import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { DatabaseIndicator } from './database.indicator.js';
import { HealthController } from './health.controller.js';
import { HealthEnabledGuard } from './health-enabled.guard.js';
import { HealthService } from './health.service.js';
import { LifecycleIndicator } from './lifecycle.indicator.js';
import { RedisIndicator } from './redis.indicator.js';

@Module({
  imports: [TerminusModule.forRoot({ logger: false })],
  controllers: [HealthController],
  providers: [HealthService, HealthEnabledGuard, DatabaseIndicator, LifecycleIndicator, RedisIndicator],
})
export class HealthModule {}
