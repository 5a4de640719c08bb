import { Module } from '@nestjs/common';
import { Periodic } from './periodic.js';
import { PERIODIC_METRICS } from './periodic.metrics.js';
import { PeriodicMetrics } from './periodic-metrics.js';

@Module({ providers: [...PERIODIC_METRICS, Periodic, PeriodicMetrics], exports: [Periodic] })
export class PeriodicModule {}
