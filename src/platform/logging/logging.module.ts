import { Global, Module } from '@nestjs/common';
import { type ProcessSettings, processSettings } from '../config/process.settings.js';
import { Logger } from './logger.js';
import { type LoggingSettings, loggingSettings } from './logging.settings.js';

@Global()
@Module({
  providers: [
    {
      provide: Logger,
      inject: [loggingSettings.KEY, processSettings.KEY],
      useFactory: (logging: LoggingSettings, process: ProcessSettings) =>
        new Logger({ ...logging, ...process }),
    },
  ],
  exports: [Logger],
})
export class LoggingModule {}
