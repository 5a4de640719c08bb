import type { FactoryProvider, Provider } from '@nestjs/common';
import type { Metric } from 'prom-client';
import { Metrics } from './registry.js';

/**
 * Registers the metrics of @willsoto/nestjs-prometheus in the registry of this app. The library creates them in the
 * global registry of prom-client, which two apps in one process would share.
 * Source: docs/decisions/0047-settings-with-owners.md.
 */
export const metricsOfApp = (...providers: Provider[]): FactoryProvider[] =>
  (providers as FactoryProvider<Metric>[]).map(({ provide, useFactory, inject = [] }) => ({
    provide,
    inject: [Metrics, ...inject],
    useFactory: (metrics: Metrics, ...dependencies: unknown[]) =>
      metrics.adopt(useFactory(...dependencies) as Metric),
  }));
