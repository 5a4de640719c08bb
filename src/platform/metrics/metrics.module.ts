import { Global, Module } from '@nestjs/common';
import { Config } from '../config/config.js';
import { Metrics } from './registry.js';

@Global()
@Module({
  providers: [
    Metrics,
    {
      provide: 'galley_build_info',
      inject: [Metrics, Config],
      useFactory: (metrics: Metrics, config: Config) =>
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
