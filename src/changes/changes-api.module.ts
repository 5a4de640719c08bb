import { Module } from '@nestjs/common';
import { ApiSection } from '../platform/http/contract/api-description.js';
import { ChangesController } from './changes.controller.js';
import { ChangesModule } from './changes.module.js';

@ApiSection('changes', 'The feed of changes for clients that mirror content.')
@Module({ imports: [ChangesModule], controllers: [ChangesController] })
export class ChangesApiModule {}
