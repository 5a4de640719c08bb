import { Module } from '@nestjs/common';
import { ApiSection } from '../platform/http/contract/api-description.js';
import { EventStreamsController } from './event-streams.controller.js';
import { EventStreamsModule } from './event-streams.module.js';

@ApiSection('events', 'The stream of events for front ends.')
@Module({ imports: [EventStreamsModule], controllers: [EventStreamsController] })
export class EventStreamsApiModule {}
