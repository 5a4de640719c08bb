import { Module } from '@nestjs/common';
import { Logger } from '../logging/logger.js';
import { ConnectionPool } from './connection-pool.js';
import { poolOptions, requestLimits } from './data-source.js';
import { Notifications } from './notifications.js';
import { type DatabaseSettings, databaseSettings } from './database.settings.js';
import { StatementLog } from './statement-log.js';

@Module({
  providers: [
    { provide: StatementLog, inject: [Logger], useFactory: (logger: Logger) => new StatementLog(logger) },
    {
      provide: ConnectionPool,
      inject: [databaseSettings.KEY, StatementLog],
      useFactory: (config: DatabaseSettings, log: StatementLog) =>
        new ConnectionPool(poolOptions(config, requestLimits(config)), log),
    },
    {
      provide: Notifications,
      inject: [databaseSettings.KEY, Logger],
      useFactory: (config: DatabaseSettings, logger: Logger) =>
        new Notifications(poolOptions(config, requestLimits(config)), logger),
    },
  ],
  exports: [ConnectionPool, Notifications, StatementLog],
})
export class PoolModule {}
