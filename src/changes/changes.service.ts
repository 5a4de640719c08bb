import { Injectable } from '@nestjs/common';
import { SessionsService } from '../auth/sessions.service.js';
import { InvalidToken } from '../platform/errors/caller-problems.js';
import { EventCursors, type Place, placeAt, whyGone } from '../platform/event-views/event-cursors.js';
import {
  concerns,
  type EventScope,
  rightsOf,
  scopeOf,
  visibleTo,
} from '../platform/event-views/event-scope.js';
import { EventViews } from '../platform/event-views/event-views.js';
import { EventsRepository } from '../platform/events/events.repository.js';
import { SPAN } from '../platform/events/log-reading.js';
import type { Principal } from '../platform/http/access/principal.js';
import { ChangesGone } from './changes.errors.js';
import type { ChangePage, ChangesQuery } from './changes.schemas.js';
import { WaitingReaders } from './waiting-readers.js';

/** How many queries one request makes to find the first change. */
const MOST_SPANS = 10;

/** Who asks, and until when. */
export interface Asking {
  by: Principal | null;
  /** The account or the address, whose waiting requests are counted. */
  caller: string;
  /** Aborts when the client leaves. */
  signal: AbortSignal;
}

interface Found {
  data: ChangePage['data'];
  next: Place;
  head: number;
}

/** The feed of changes: the log of events as far as the caller can see it. */
@Injectable()
export class ChangesService {
  constructor(
    private readonly events: EventsRepository,
    private readonly views: EventViews,
    private readonly cursors: EventCursors,
    private readonly waiting: WaitingReaders,
    private readonly sessions: SessionsService,
  ) {}

  /** @throws InvalidCursor, ValidationFailed, ChangesGone, TooManyWaiting, InvalidToken */
  async follow(query: ChangesQuery, asking: Asking): Promise<ChangePage> {
    const scope = scopeOf(this.views, query.types ?? ['*'], asking.by);
    if (query.cursor === undefined) {
      const { position: head, id } = await this.events.end();
      return this.page({ data: [], next: placeAt(head, id), head });
    }
    const start = this.cursors.placeOf(query.cursor);
    const found = await this.read(start, query.limit, scope);
    if (!isIdle(found) || query.wait === 0) return this.page(found);
    const waiter = { caller: asking.caller, isAnonymous: asking.by === null };
    return this.waiting.admitted(waiter, async (displaced) =>
      this.page(await this.await(found.next, query, scope, { ...asking, displaced })),
    );
  }

  /** Whatever happened during the wait, the response shows what the caller can see at its end. */
  private async await(
    start: Place,
    { limit, wait }: ChangesQuery,
    given: EventScope,
    { signal, displaced }: Asking & { displaced: AbortSignal },
  ): Promise<Found> {
    let scope = given;
    const end = AbortSignal.any([signal, displaced, this.waiting.end, AbortSignal.timeout(wait * 1000)]);
    const read = (place: Place) =>
      this.waiting.inTurn(async () => {
        // Nobody receives the response to a client that has left.
        if (signal.aborted) return { data: [], next: place, head: place.position };
        return this.read(place, limit, scope);
      });
    for (let place = start; ;) {
      const reader = this.waiting.listen((event) => concerns(event, scope), end);
      try {
        const found = await read(place);
        if (!isIdle(found) || end.aborted) return found;
        await reader.woken;
        scope = await this.waiting.inTurn(() => this.present(scope));
        place = found.next;
      } finally {
        reader.leave();
      }
      if (end.aborted) return await read(place);
    }
  }

  /** @throws InvalidToken if the session of the caller has ended */
  private async present({ types, by }: EventScope): Promise<EventScope> {
    if (!by) return { types, ...rightsOf(this.views, by) };
    const now = (await this.sessions.findPrincipals([by.sessionId])).get(by.sessionId);
    if (!now) throw new InvalidToken();
    return { types, ...rightsOf(this.views, now) };
  }

  /** Reads until there is something to show, the end of the log, or the limit of one request. */
  private async read(start: Place, limit: number, scope: EventScope): Promise<Found> {
    let found = await this.readSpan(start, limit, scope);
    for (let n = 1; n < MOST_SPANS && found.data.length === 0 && found.next.position < found.head; n++)
      found = await this.readSpan(found.next, limit, scope);
    return found;
  }

  private async readSpan(start: Place, most: number, scope: EventScope): Promise<Found> {
    const window = await this.events.window(start.position, { span: SPAN, most }, visibleTo(scope));
    const { head, events, endId } = window;
    const reason = whyGone(start, window);
    if (reason !== undefined) throw new ChangesGone(reason);
    const shown = await this.views.show(events, scope.by);
    const isWhole = shown.length === events.length && events.length < most;
    const last = events[shown.length - 1];
    const end = last ? placeAt(last.position, last.id) : start;
    const next = isWhole ? placeAt(Math.min(start.position + SPAN, head), endId) : end;
    return { data: shown.filter((change) => change !== undefined), next, head };
  }

  private page({ data, next, head }: Found): ChangePage {
    return { data, meta: { nextCursor: this.cursors.at(next), hasMore: next.position < head } };
  }
}

const isIdle = ({ data, next, head }: Found) => data.length === 0 && next.position >= head;
