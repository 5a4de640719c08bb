import { type DynamicModule, Module } from '@nestjs/common';
import { ConfigModule as NestConfigModule, registerAs } from '@nestjs/config';
import type { Catalogue } from './catalogue.js';
import { Config } from './config.js';
import { checkRules } from './load-config.js';

/**
 * Provides the settings of each area to every module (inject `area.KEY`). They were read and checked before the app
 * was created (decision 0047). `validate` checks again what was changed afterwards.
 */
@Module({})
export class ConfigModule {
  static with(catalogue: Catalogue, config: Config): DynamicModule {
    return {
      module: ConfigModule,
      global: true,
      imports: [
        NestConfigModule.forRoot({
          isGlobal: true,
          ignoreEnvFile: true,
          validatePredefined: false,
          skipProcessEnv: true,
          validate: () => {
            checkRules(catalogue, config);
            // The library writes the result to process.env, where child processes and other apps could read it.
            return {};
          },
          load: catalogue.areas.map(({ namespace }) => registerAs(namespace, () => config.area(namespace))),
        }),
      ],
      providers: [{ provide: Config, useValue: config }],
      exports: [Config],
    };
  }
}
