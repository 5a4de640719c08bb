import { Module } from '@nestjs/common';
import { PostsController } from './posts.controller.js';
import { PostsModule } from './posts.module.js';

@Module({ imports: [PostsModule], controllers: [PostsController] })
export class PostsApiModule {}
