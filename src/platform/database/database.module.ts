import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Config } from '../config/config.js';
import { createDataSource, requestLimits } from './data-source.js';
import { Database } from './database.js';
import { DatabaseConnector } from './database-connector.js';

@Global()
@Module({
  imports: [
    TypeOrmModule.forRootAsync({
      inject: [Config],
      useFactory: (config: Config) => ({
        ...createDataSource(config, requestLimits(config)).options,
        manualInitialization: true,
      }),
    }),
  ],
  providers: [Database, DatabaseConnector],
  exports: [Database],
})
export class DatabaseModule {}
