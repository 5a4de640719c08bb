import { Readable } from 'node:stream';
import { Controller, Get, Query, Res, StreamableFile } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import Negotiator from 'negotiator';
import { InvalidCursor } from '../platform/errors/request-problems.js';
import { Allow, from } from '../platform/http/access/access.js';
import { CurrentUser, type Principal } from '../platform/http/access/principal.js';
import { Summary } from '../platform/http/contract/returns.decorator.js';
import { EVENT_STREAM, ReturnsStream } from '../platform/http/contract/returns-stream.decorator.js';
import { EventsGone, StreamNotAcceptable, TooManyStreams } from './event-streams.errors.js';
import { EventsQuery, StreamedView } from './event-streams.schemas.js';
import { EventStreamsService } from './event-streams.service.js';

/** Proxies must not collect or compress a stream, and its connection ends with it. */
const HEADERS = {
  'content-type': EVENT_STREAM,
  'cache-control': 'no-store, no-transform',
  'x-accel-buffering': 'no',
  connection: 'close',
};

@ApiTags('events')
@Controller('events')
export class EventStreamsController {
  constructor(private readonly streams: EventStreamsService) {}

  @Summary(
    'Follow events',
    'Sends what happens in posts, comments, tags and accounts, as far as you can see it, as server-sent events, and your notifications. `event` is the type, `data` an Event, or a StreamedNotification for the type `notification`, and `id` a cursor of `GET /api/v1/changes`. The stream begins now. If you send the last `id` as `Last-Event-ID`, it continues after that event, also on another server, so that you receive each event once and in order. Imports and changes without a new version are not sent. A message with an `id` alone is a heartbeat. The server ends the stream when your access token expires or your session ends.',
  )
  @Get()
  @Allow(from('user'))
  @ReturnsStream(StreamedView, InvalidCursor, StreamNotAcceptable, EventsGone, TooManyStreams)
  async followEvents(
    @Query({ schema: EventsQuery }) query: EventsQuery,
    @CurrentUser() by: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    const { headers, method } = reply.request;
    if (!new Negotiator({ headers: { accept: headers.accept } }).mediaType([EVENT_STREAM]))
      throw new StreamNotAcceptable();
    const isEmpty = method === 'HEAD';
    const stream = isEmpty ? Readable.from([]) : await this.streams.open(query, lastEventId(headers), by);
    reply.headers(HEADERS).waitedMs = Infinity; // The client asked to wait for all of it.
    // Nest logs an error if a stream that it iterates ends early, as that of a client that does not read does.
    return new StreamableFile(stream, { type: EVENT_STREAM }).setErrorLogger(() => undefined);
  }
}

const lastEventId = (headers: FastifyReply['request']['headers']): string | undefined =>
  [headers['last-event-id'] ?? []].flat()[0];
