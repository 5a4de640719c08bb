import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AdvisoryLocks } from './advisory-locks.js';
import { ConnectionPool } from './connection-pool.js';
import { dataSourceOptions } from './data-source.js';
import { Database } from './database.js';
import { DATABASE_METRICS } from './database.metrics.js';
import { DatabaseConnector } from './database-connector.js';
import { Periodic } from '../periodic/periodic.js';
import { PeriodicModule } from '../periodic/periodic.module.js';
import { ExpensiveReads } from './expensive-reads.js';
import { Notifications } from './notifications.js';
import { PoolModule } from './pool.module.js';
import { StatementLog } from './statement-log.js';

@Module({
  imports: [
    PeriodicModule,
    PoolModule,
    TypeOrmModule.forRootAsync({
      imports: [PoolModule],
      inject: [ConnectionPool, StatementLog],
      useFactory: async (pool: ConnectionPool, log: StatementLog) => ({
        ...(await dataSourceOptions(pool, log)),
        manualInitialization: true,
      }),
    }),
  ],
  providers: [...DATABASE_METRICS, AdvisoryLocks, Database, DatabaseConnector, ExpensiveReads],
  exports: [AdvisoryLocks, Database, ExpensiveReads, PoolModule],
})
export class DatabaseModule {
  constructor(periodic: Periodic, pool: ConnectionPool, notifications: Notifications) {
    periodic.add({
      name: 'database-probe',
      roles: ['api', 'worker'],
      everyMs: 500,
      run: () => pool.watch(),
    });
    periodic.add({
      name: 'database-listener',
      roles: ['api', 'worker'],
      everyMs: 2000,
      atStart: true,
      run: () => notifications.watch(),
    });
  }
}
