import { Module } from '@nestjs/common';
import { TagsController } from './tags.controller.js';
import { TagsModule } from './tags.module.js';

@Module({ imports: [TagsModule], controllers: [TagsController] })
export class TagsApiModule {}
