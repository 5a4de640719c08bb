import { Module } from '@nestjs/common';
import { PrometheusModule } from '@willsoto/nestjs-prometheus';
import { MetricsController } from './metrics.controller.js';
import { MetricsTokenGuard } from './metrics-token.guard.js';

@Module({
  imports: [
    PrometheusModule.register({
      controller: MetricsController,
      path: '/',
      defaultMetrics: { enabled: false },
    }),
  ],
  providers: [MetricsTokenGuard],
})
export class MetricsModule {}
