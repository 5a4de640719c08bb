import { setImmediate as otherWork, setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { InjectMetric } from '@willsoto/nestjs-prometheus';
import pLimit from 'p-limit';
import type { Counter, Gauge } from 'prom-client';
import type { LoggedEvent } from '../platform/events/event.js';
import { type EventListener, EventTail } from '../platform/events/event-tail.js';
import { EventCursors, placeAt } from '../platform/event-views/event-cursors.js';
import { READING_AT_ONCE } from '../platform/events/log-reading.js';
import { Logger } from '../platform/logging/logger.js';
import type { EventStream, Message } from './event-stream.js';
import { EventsGone } from './event-streams.errors.js';
import { idText } from './stream-format.js';
import { type Part, StreamLog } from './stream-log.js';
import { StreamMessages } from './stream-messages.js';
import { StreamSessions } from './stream-sessions.js';

/** How long a stream waits after a fault of the database. */
const PAUSE_MS = 1000;
/** The streams to which one turn of the event loop sends. */
const STREAMS_IN_TURN = 50;
/** If more events wait, the streams read them from the log. */
const MOST_QUEUED = 1000;

/**
 * The streams of this process. The process reads the log once (`EventTail`) and sends each event to the streams that
 * are live. A stream that was away, or whose client reads slowly, reads the log by itself until it has caught up.
 */
@Injectable()
export class EventStreams implements EventListener {
  private readonly streams = new Set<EventStream>();
  private readonly reading = pLimit(READING_AT_ONCE);
  private queue: LoggedEvent[] = [];
  private isDelivering = false;
  /** All events up to it are sent to the live streams, or are being sent. Undefined until the process hears of one. */
  private position: number | undefined;

  constructor(
    private readonly tail: EventTail,
    private readonly log: StreamLog,
    private readonly messages: StreamMessages,
    private readonly sessions: StreamSessions,
    private readonly cursors: EventCursors,
    private readonly logger: Logger,
    @InjectMetric('event_streams') private readonly count: Gauge,
    @InjectMetric('event_streams_sent_total') private readonly sent: Counter,
    @InjectMetric('event_streams_ended_total') private readonly ended: Counter,
  ) {
    tail.add(this);
  }

  get all(): EventStream[] {
    return [...this.streams];
  }

  countOf(userId: string): number {
    return this.all.filter((stream) => stream.userId === userId).length;
  }

  add(stream: EventStream): void {
    this.streams.add(stream);
    this.count.set(this.streams.size);
    stream.once('close', () => {
      this.streams.delete(stream);
      this.count.set(this.streams.size);
      this.ended.inc({ reason: stream.reason });
    });
    if (this.isUpToDate(stream)) stream.isLive = true;
    else void this.catchUp(stream);
  }

  /** Tells the client its place in the log. */
  beat(stream: EventStream): void {
    stream.send(idText(this.cursors.at(stream.place)));
  }

  /** The other listeners of the process do not wait for the clients. */
  hear(events: LoggedEvent[]): void {
    this.position ??= (events[0] as LoggedEvent).position - 1;
    this.queue.push(...events);
    if (this.queue.length > MOST_QUEUED) this.miss((events.at(-1) as LoggedEvent).position);
    else void this.deliver();
  }

  miss(head: number): void {
    this.queue = [];
    this.position = head;
    for (const stream of this.live) void this.catchUp(stream);
  }

  private get live(): EventStream[] {
    return this.all.filter(({ isLive, isOver }) => isLive && !isOver);
  }

  /** False until the process has looked at the log. */
  private isUpToDate({ position }: EventStream): boolean {
    return position >= (this.position ?? this.tail.head ?? Infinity);
  }

  private async deliver(): Promise<void> {
    if (this.isDelivering) return;
    this.isDelivering = true;
    while (this.queue.length > 0) await this.deliverTo(this.live, this.queue.splice(0));
    this.isDelivering = false;
  }

  /** A stream that becomes live in the meantime has read all these events from the log. */
  private async deliverTo(live: EventStream[], events: LoggedEvent[]): Promise<void> {
    const last = events.at(-1) as LoggedEvent;
    const next = placeAt(last.position, last.id);
    this.position = last.position;
    const receivers = live.filter((stream) => events.some((event) => stream.hears(event)));
    try {
      await this.sessions.check(receivers);
      const heard = events.filter((event) => receivers.some((stream) => stream.hears(event)));
      const messages = await this.messages.of(heard, receivers);
      for (const [n, stream] of live.entries()) {
        if (n % STREAMS_IN_TURN === STREAMS_IN_TURN - 1) await otherWork();
        if (stream.isLive && !this.send(stream, { events, next }, messages)) void this.catchUp(stream);
      }
    } catch (error) {
      this.note(error);
      for (const stream of live) if (stream.isLive) void this.catchUp(stream);
    }
  }

  /** Reads the log until the stream can be live. It never rejects. */
  private async catchUp(stream: EventStream): Promise<void> {
    stream.isLive = false;
    while (!stream.isOver && !stream.isLive) {
      await stream.room();
      try {
        await this.reading(() => this.readSome(stream));
        if (this.isUpToDate(stream)) stream.isLive = true;
        else if (this.tail.head === undefined) await delay(PAUSE_MS / 10);
      } catch (error) {
        if (error instanceof EventsGone) return stream.finish('gone', error.message, PAUSE_MS);
        this.note(error);
        await delay(PAUSE_MS * (0.5 + Math.random()));
      }
    }
  }

  private async readSome(stream: EventStream): Promise<void> {
    if (stream.isOver) return;
    await this.sessions.check([stream]);
    const part = await this.log.after(stream);
    // The log can contain what has happened since the look at the session.
    if (part.events.length > 0) await this.sessions.check([stream]);
    if (!stream.isOver) this.send(stream, part, await this.messages.of(part.events, [stream]));
  }

  /** @returns false if the client must read before the rest can be sent */
  private send(stream: EventStream, { events, next }: Part, messages: Map<LoggedEvent, Message>): boolean {
    for (const event of events) {
      if (stream.isFull) return false;
      const message = messages.get(event);
      if (stream.offer(event, message))
        this.sent.inc({ kind: message?.toAccounts ? 'notification' : 'change' });
    }
    if (next.position > stream.position) stream.place = next;
    return true;
  }

  private note(error: unknown): void {
    const reason = error instanceof Error ? error.message : 'unknown';
    this.logger.debug({ reason }, 'events could not be read for their streams; they are tried again');
  }
}
