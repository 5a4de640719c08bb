import { Global, Module } from '@nestjs/common';
import { makeGaugeProvider } from '@willsoto/nestjs-prometheus';
import { type ProcessSettings, processSettings } from '../config/process.settings.js';
import { metricsOfApp } from './metrics-of-app.js';
import { Metrics } from './registry.js';

@Global()
@Module({
  providers: [
    Metrics,
    ...metricsOfApp(
      makeGaugeProvider({
        name: 'galley_build_info',
        help: 'Always 1. The labels contain the version and the image digest; the digest is empty if it is not known.',
        labelNames: ['version', 'digest'],
        inject: [processSettings.KEY],
        collect({ APP_VERSION, APP_IMAGE_DIGEST }: ProcessSettings) {
          this.set({ version: APP_VERSION, digest: APP_IMAGE_DIGEST ?? '' }, 1);
        },
      }),
    ),
  ],
  exports: [Metrics],
})
export class MetricsRegistryModule {}
