import { Global, Module } from '@nestjs/common';
import { type ProcessSettings, processSettings } from '../config/process.settings.js';
import { Metrics } from './registry.js';

@Global()
@Module({
  providers: [
    Metrics,
    {
      provide: 'galley_build_info',
      inject: [Metrics, processSettings.KEY],
      useFactory: (metrics: Metrics, config: ProcessSettings) =>
        metrics
          .gauge({
            name: 'galley_build_info',
            help: 'Always 1. The labels contain the version and the image digest; the digest is empty if it is not known.',
            labelNames: ['version', 'digest'],
          })
          .set({ version: config.APP_VERSION, digest: config.APP_IMAGE_DIGEST ?? '' }, 1),
    },
  ],
  exports: [Metrics],
})
export class MetricsRegistryModule {}
