import { Module } from '@nestjs/common';
import { DatabaseModule } from '../database/database.module.js';
import { Cursors } from './cursors.js';
import { Horizons } from './horizons.js';
import { Tails } from './tails.js';

@Module({ imports: [DatabaseModule], providers: [Cursors, Horizons, Tails], exports: [Cursors, Tails] })
export class ListsModule {}
