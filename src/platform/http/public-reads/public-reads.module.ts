import { Module } from '@nestjs/common';
import { CacheModule } from '../../cache/cache.module.js';
import { PublicReads } from './public-reads.js';

@Module({ imports: [CacheModule], providers: [PublicReads], exports: [PublicReads] })
export class PublicReadsModule {}
