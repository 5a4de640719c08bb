import { Module } from '@nestjs/common';
import { Periodic } from './periodic.js';
import { PeriodicMetrics } from './periodic-metrics.js';

@Module({ providers: [Periodic, PeriodicMetrics], exports: [Periodic] })
export class PeriodicModule {}
