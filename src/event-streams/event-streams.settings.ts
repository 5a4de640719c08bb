import type { ConfigType } from '@nestjs/config';
import { settingsOf } from '../platform/config/area.js';
import { integer, setting } from '../platform/config/fields.js';

export type EventStreamsSettings = ConfigType<typeof eventStreamsSettings>;

export const eventStreamsSettings = settingsOf('event-streams', {
  heading: 'Streams of events',
  fields: {
    EVENT_STREAMS_MAX: setting(
      integer(2000, 1, 100_000),
      'How many clients can be connected to the stream of events of one process at the same time',
    ),
    EVENT_STREAMS_PER_USER_MAX: setting(
      integer(10, 1, 10_000),
      'How many streams of events one account can have in one process at the same time',
    ),
    EVENT_STREAMS_HEARTBEAT_SECONDS: setting(
      integer(15, 1, 300),
      'After how many seconds without an event a stream sends a heartbeat. It must be below the idle timeout of every proxy in front of Galley',
    ),
  },
});
