import { Global, Module } from '@nestjs/common';
import { Limits } from './limits.js';
import { LimitStore } from './limit-store.js';
import { RequestLimits } from './request-limits.js';
import { WindowStore } from './window-store.js';

@Global()
@Module({ providers: [Limits, LimitStore, RequestLimits, WindowStore], exports: [Limits, RequestLimits] })
export class LimitsModule {}
