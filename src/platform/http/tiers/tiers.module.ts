import { Module } from '@nestjs/common';
import { LimitsModule } from '../../limits/limits.module.js';
import { Limits } from './limits.js';
import { RequestLimits } from './request-limits.js';

@Module({ imports: [LimitsModule], providers: [Limits, RequestLimits], exports: [Limits, RequestLimits] })
export class TiersModule {}
