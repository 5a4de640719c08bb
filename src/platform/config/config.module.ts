import { type DynamicModule, Module } from '@nestjs/common';
import { ConfigModule as NestConfigModule, registerAs } from '@nestjs/config';
import type { Catalogue } from './catalogue.js';
import { Config } from './config.js';
import { checkRules } from './load-config.js';

/**
 * Gives every module the settings of each area (inject `area.KEY`). They were read and checked before there was an app,
 * decision 0047; `validate` checks once more what was changed since.
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
            return {}; // what is returned would be written to process.env, where children and other apps see it
          },
          load: catalogue.areas.map(({ namespace }) => registerAs(namespace, () => config.area(namespace))),
        }),
      ],
      providers: [{ provide: Config, useValue: config }],
      exports: [Config],
    };
  }
}
