import { Module } from '@nestjs/common';
import { DocsController } from './docs.controller.js';
import { DocsPages } from './docs-pages.js';

@Module({ controllers: [DocsController], providers: [DocsPages], exports: [DocsPages] })
export class DocsModule {}
