import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { EventStream } from './event-stream.js';
import { EventStreams } from './event-streams.js';
import { type EventStreamsSettings, eventStreamsSettings } from './event-streams.settings.js';
import { StreamSessions } from './stream-sessions.js';

/** When a process ends, its clients connect again within this time, and not all at once. */
const SPREAD_MS = 5000;
/** A client with a new access token connects again at once. */
const AT_ONCE_MS = 100;

/** What happens to streams apart from events: heartbeats, and their end. */
@Injectable()
export class StreamCare implements OnModuleDestroy {
  private isClosing = false;

  constructor(
    private readonly streams: EventStreams,
    private readonly sessions: StreamSessions,
    @Inject(eventStreamsSettings.KEY) private readonly settings: EventStreamsSettings,
  ) {}

  async run(): Promise<void> {
    const open = this.streams.all;
    for (const stream of open) this.look(stream);
    await this.sessions.check(open.filter(({ isOver }) => !isOver));
  }

  /** Starts to send to a client. While the process ends, the client is sent to another one. */
  admit(stream: EventStream): void {
    this.streams.add(stream);
    if (this.isClosing) dismiss(stream);
  }

  /** Nest calls this before the server waits for the requests in flight. */
  onModuleDestroy(): void {
    this.isClosing = true;
    for (const stream of this.streams.all) dismiss(stream);
  }

  private look(stream: EventStream): void {
    const silentMs = performance.now() - stream.sentAt;
    if (stream.isStuck) stream.cutOff();
    else if (stream.isExpired(Date.now()))
      stream.finish('expired', 'The access token has expired. Refresh it and connect again.', AT_ONCE_MS);
    else if (silentMs >= this.settings.EVENT_STREAMS_HEARTBEAT_SECONDS * 1000) this.streams.beat(stream);
  }
}

const dismiss = (stream: EventStream) =>
  stream.finish('shutdown', 'The process ends. Connect again.', SPREAD_MS * Math.random());
