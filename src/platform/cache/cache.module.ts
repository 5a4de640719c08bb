import { Module } from '@nestjs/common';
import { DatabaseModule } from '../database/database.module.js';
import { RedisModule } from '../redis/redis.module.js';
import { Cache } from './cache.js';
import { Generations } from './generations.js';

@Module({ imports: [DatabaseModule, RedisModule], providers: [Cache, Generations], exports: [Cache] })
export class CacheModule {}
