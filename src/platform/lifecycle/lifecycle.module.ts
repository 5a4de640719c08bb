import { type DynamicModule, Module } from '@nestjs/common';
import { Lifecycle } from './lifecycle.js';
import { PROCESS_ROLE, type ProcessRole } from './process-role.js';

@Module({ providers: [Lifecycle], exports: [Lifecycle] })
export class LifecycleModule {
  static with(role: ProcessRole): DynamicModule {
    return {
      module: LifecycleModule,
      global: true,
      providers: [{ provide: PROCESS_ROLE, useValue: role }],
      exports: [PROCESS_ROLE],
    };
  }
}
