import { Module } from '@nestjs/common';
import { ImportController } from './import.controller.js';
import { ImportModule } from './import.module.js';

@Module({ imports: [ImportModule], controllers: [ImportController] })
export class ImportApiModule {}
