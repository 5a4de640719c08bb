import { Global, Module } from '@nestjs/common';
import { Renderer } from './renderer.js';
import { StaleRenderings } from './stale-renderings.js';

@Global()
@Module({ providers: [Renderer, StaleRenderings], exports: [Renderer, StaleRenderings] })
export class ContentModule {}
