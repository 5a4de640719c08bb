import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { EventViewsModule } from '../platform/event-views/event-views.module.js';
import { EventsModule } from '../platform/events/events.module.js';
import { ChangesService } from './changes.service.js';
import { WaitingReaders } from './waiting-readers.js';

@Module({
  imports: [AuthModule, EventsModule, EventViewsModule],
  providers: [ChangesService, WaitingReaders],
  exports: [ChangesService],
})
export class ChangesModule {}
