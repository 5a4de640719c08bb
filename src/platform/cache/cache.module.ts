import { Global, Module } from '@nestjs/common';
import { Cache } from './cache.js';
import { Generations } from './generations.js';

@Global()
@Module({ providers: [Cache, Generations], exports: [Cache] })
export class CacheModule {}
