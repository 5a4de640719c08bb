import { Module } from '@nestjs/common';
import { DatabaseModule } from '../database/database.module.js';
import { RedisModule } from '../redis/redis.module.js';
import { Cache } from './cache.js';
import { CACHE_METRICS } from './cache.metrics.js';
import { CacheRequests } from './cache-requests.js';
import { Generations } from './generations.js';

@Module({
  imports: [DatabaseModule, RedisModule],
  providers: [...CACHE_METRICS, Cache, CacheRequests, Generations],
  exports: [Cache],
})
export class CacheModule {}
