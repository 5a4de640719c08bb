import { Module } from '@nestjs/common';
import { EventCursors } from './event-cursors.js';
import { EventViews } from './event-views.js';

@Module({ providers: [EventCursors, EventViews], exports: [EventCursors, EventViews] })
export class EventViewsModule {}
