import { Module } from '@nestjs/common';
import { Periodic } from './periodic.js';
import { PERIODIC_METRICS } from './periodic.metrics.js';
import { RunMetrics } from './run-metrics.js';

@Module({ providers: [...PERIODIC_METRICS, Periodic, RunMetrics], exports: [Periodic] })
export class PeriodicModule {}
