import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { Registry } from 'prom-client';
import { ConfigModule } from '../../src/platform/config/config.module.js';
import { LifecycleModule } from '../../src/platform/lifecycle/lifecycle.module.js';
import { LoggingModule } from '../../src/platform/logging/logging.module.js';
import { MetricsRegistryModule } from '../../src/platform/metrics/metrics.module.js';
import { Metrics } from '../../src/platform/metrics/registry.js';
import { GivenAddresses } from '../../src/platform/outbound/given-addresses.js';
import { NameResolver } from '../../src/platform/outbound/name-resolver.js';
import { AddressRefused, OutboundFault } from '../../src/platform/outbound/outbound-fault.js';
import { OutboundModule } from '../../src/platform/outbound/outbound.module.js';
import { ServiceClient } from '../../src/platform/outbound/service-client.js';
import { TargetHealth } from '../../src/platform/outbound/target-health.js';
import { loadConfig, SETTINGS } from '../../src/settings.js';
import { STORY_SETTINGS } from './galley.js';

@Module({})
class OutboundOnly {}

/** The real service client of the app, without its database. */
export interface Outbound {
  client: ServiceClient;
  addresses: GivenAddresses;
  resolver: NameResolver;
  health: TargetHealth;
  registry: Registry;
  stop(): Promise<void>;
}

export async function startOutbound(settings: Record<string, string> = {}): Promise<Outbound> {
  const directory = mkdtempSync(join(tmpdir(), 'galley-outbound-'));
  const config = loadConfig({ ...STORY_SETTINGS, GALLEY_DATA_DIR: directory, ...settings });
  const imports = [
    ConfigModule.with(SETTINGS, config),
    LifecycleModule.with('all'),
    LoggingModule,
    MetricsRegistryModule,
    OutboundModule,
  ];
  const app = await NestFactory.createApplicationContext(
    { module: OutboundOnly, imports },
    { logger: false, abortOnError: false },
  );
  return {
    client: app.get(ServiceClient),
    addresses: app.get(GivenAddresses),
    resolver: app.get(NameResolver, { strict: false }),
    health: app.get(TargetHealth),
    registry: app.get(Metrics).registry,
    stop: async () => {
      await app.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Returns the fault of a call that must fail. */
export async function faultOf(call: Promise<unknown>): Promise<OutboundFault> {
  const outcome = await call.then(
    () => 'a response',
    (error: unknown) => error,
  );
  if (!(outcome instanceof OutboundFault)) throw new Error(`expected a fault, not ${String(outcome)}`);
  return outcome;
}

export const isRefusal = (error: unknown): boolean => error instanceof AddressRefused;
