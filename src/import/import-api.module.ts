import { Module } from '@nestjs/common';
import { ContentModule } from '../platform/content/content.module.js';
import { ImportController } from './import.controller.js';
import { ImportModule } from './import.module.js';

@Module({ imports: [ContentModule, ImportModule], controllers: [ImportController] })
export class ImportApiModule {}
