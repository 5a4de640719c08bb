import { Global, Module } from '@nestjs/common';
import { Limits } from '../http/tiers/limits.js';
import { LimitStore } from './limit-store.js';
import { RequestLimits } from '../http/tiers/request-limits.js';
import { WindowStore } from './window-store.js';

@Global()
@Module({ providers: [Limits, LimitStore, RequestLimits, WindowStore], exports: [Limits, RequestLimits] })
export class LimitsModule {}
