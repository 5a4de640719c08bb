import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AdvisoryLocks } from './advisory-locks.js';
import { ConnectionPool } from './connection-pool.js';
import { dataSourceOptions } from './data-source.js';
import { Database } from './database.js';
import { DATABASE_METRICS } from './database.metrics.js';
import { DatabaseConnector } from './database-connector.js';
import { ExpensiveReads } from './expensive-reads.js';
import { PoolModule } from './pool.module.js';
import { StatementLog } from './statement-log.js';

@Module({
  imports: [
    PoolModule,
    TypeOrmModule.forRootAsync({
      imports: [PoolModule],
      inject: [ConnectionPool, StatementLog],
      useFactory: (pool: ConnectionPool, log: StatementLog) => ({
        ...dataSourceOptions(pool, log),
        manualInitialization: true,
      }),
    }),
  ],
  providers: [...DATABASE_METRICS, AdvisoryLocks, Database, DatabaseConnector, ExpensiveReads],
  exports: [AdvisoryLocks, Database, ExpensiveReads],
})
export class DatabaseModule {}
