import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Config } from '../config/config.js';
import { Logger } from '../logging/logger.js';
import { AdvisoryLocks } from './advisory-locks.js';
import { createDataSource, requestLimits } from './data-source.js';
import { Database } from './database.js';
import { DatabaseConnector } from './database-connector.js';
import { ExpensiveReads } from './expensive-reads.js';
import { PoolMetrics } from './pool-metrics.js';

@Module({
  imports: [
    TypeOrmModule.forRootAsync({
      inject: [Config, Logger],
      useFactory: (config: Config, logger: Logger) => ({
        ...createDataSource(config, requestLimits(config), { logger }).options,
        manualInitialization: true,
      }),
    }),
  ],
  providers: [AdvisoryLocks, Database, DatabaseConnector, ExpensiveReads, PoolMetrics],
  exports: [AdvisoryLocks, Database, ExpensiveReads],
})
export class DatabaseModule {}
