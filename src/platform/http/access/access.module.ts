import { Module } from '@nestjs/common';
import { AccessGuard } from './access.guard.js';
import { Callers } from './callers.js';

@Module({ providers: [AccessGuard, Callers], exports: [AccessGuard, Callers] })
export class AccessModule {}
