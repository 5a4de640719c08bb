import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ReplyError } from 'ioredis';
import { empty } from 'sql-template-tag';
import { Database, sql } from '../database/database.js';
import type { LogPlace, LogWindow } from '../events/event.js';
import { EventsRepository } from '../events/events.repository.js';
import { Logger } from '../logging/logger.js';
import { RedisConnection } from '../redis/redis-connection.js';
import { CACHE_INVALIDATED, invalidationsIn } from './cache.events.js';
import { EVERYTHING } from './everything.js';
import { advance, type MissedTag, markOf, placeOf, readMark } from './redis-place.js';

/** If Redis is further behind, it renews everything. */
const MOST_POSITIONS = 10_000;
const MOST_EVENTS = 500;
const MOST_TAGS = 1000;
/** Another process can move the place of Redis at the same time. */
const MOST_TRIES = 4;
/** After a failure, readers leave the next attempt to the periodic job for this time. */
const RETRIED_AFTER_MS = 400;

const ALL_RENEWED = 'redis does not know which of its cached values are current; all of them are renewed';

/** What Redis contains. */
interface Known {
  /** The text of its place. */
  mark: string;
  /** The position up to which it has applied all invalidations. Its place can be before it: no invalidation is in between. */
  position: number;
  /** False if it is full, so that what it applied after its place is lost with its last data. */
  isStored: boolean;
}

/** What Redis has missed, and its place when it is told. */
interface Missed {
  place: LogPlace;
  tags: MissedTag[];
  /** True if its place moves, also if there are no tags. */
  isDue: boolean;
  /** Set if the log does not say what it has missed: its position and the end of the log. */
  unknown?: { position: number | undefined; head: number };
}

/**
 * Knows which invalidations of the log Redis has applied. Redis stores the place up to which it has all of them, and moves it
 * together with the generations, so that it never has one without the other, whatever data it returns with. Until a process
 * has compared this place with the log, it does not believe Redis. If Redis is behind, it first applies what it missed.
 * Source: docs/decisions/0078-redis-follows-the-log.md.
 */
@Injectable()
export class AppliedInvalidations implements OnModuleInit {
  /** Undefined while Redis is not believed. */
  private known: Known | undefined;
  /** What was known before the connection broke. */
  private last: Known | undefined;
  /** The position of the last invalidation that this process heard of. */
  private heardTo = 0;
  /** The same at the last look. */
  private heardBefore = 0;
  /** The text of the last place that was found in the log. */
  private verified = '';
  /** Grows each time Redis can have other data than before. */
  private era = 1;
  private running: Promise<void> | undefined;
  private retryAt = 0;
  private renewed: (tags: string[]) => void = () => undefined;

  constructor(
    private readonly redis: RedisConnection,
    private readonly events: EventsRepository,
    private readonly database: Database,
    private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    this.redis.onUp(() => this.reconnected());
  }

  /** `listener` learns of the tags that this process renews in Redis. */
  onRenewed(listener: (tags: string[]) => void): void {
    this.renewed = listener;
  }

  /** A number that is another one after Redis was not believed for a moment, and undefined while it is not. */
  get believed(): number | undefined {
    return this.known && this.redis.up ? this.era : undefined;
  }

  /** @param mark the place that came with an answer. If Redis has lost something, it is no longer believed */
  confirms(mark: string): boolean {
    if (!this.known) return false;
    if (mark === this.known.mark) return true;
    const position = reached(mark, this.known);
    if (position === undefined) this.doubt();
    else this.known = { mark, position, isStored: true };
    return position !== undefined;
  }

  /** This process has heard of all invalidations up to a position. */
  heard(position: number): void {
    this.heardTo = Math.max(this.heardTo, position);
  }

  /** This process has missed events, or the database was restored from a backup. */
  missed(head: number): void {
    this.doubt();
    this.heardTo = this.heardBefore = head;
  }

  /** Compares Redis with the log if it is not believed. Callers at the same time share it. */
  async believe(): Promise<void> {
    if (this.known || performance.now() < this.retryAt) return;
    await (this.running ?? this.start(Infinity));
  }

  /**
   * Returns when Redis has applied all invalidations up to a position.
   * @throws if Redis or PostgreSQL does not respond, or if Redis refuses
   */
  async reach(position: number): Promise<void> {
    while (this.running) await this.running.catch(() => undefined);
    if (!this.known || this.known.position < position) await this.start(this.known ? position : Infinity);
  }

  /**
   * Does the same with what this process heard of before the last call, so that the process that must apply it, and the
   * consumer, which can run in a process that is cut off, have had some time.
   */
  async look(): Promise<void> {
    await this.verify();
    const due = this.heardBefore;
    this.heardBefore = this.heardTo;
    await this.reach(due);
  }

  /**
   * A place that Redis has got since can be of the deployment of another database. Only the log knows.
   */
  private async verify(): Promise<void> {
    const { known, era } = this;
    const place = known && placeOf(known.mark);
    if (!place || known.mark === this.verified) return;
    const log = await this.database.apart(() =>
      this.events.window(place.position, { span: 0, most: 1 }, empty),
    );
    if (isIn(log, place)) this.verified = known.mark;
    else if (era === this.era) this.doubt();
  }

  private start(to: number): Promise<void> {
    return (this.running = this.compare(to)
      .then(() => void (this.retryAt = 0))
      .catch((error: unknown) => {
        this.retryAt = performance.now() + RETRIED_AFTER_MS;
        throw error;
      })
      .finally(() => (this.running = undefined)));
  }

  /** @param to the position that Redis must reach; Infinity for the end of the log */
  private async compare(to: number): Promise<void> {
    for (let attempt = 1; attempt <= MOST_TRIES; attempt++) {
      const asked = this.era;
      const mark = await this.redis.run(readMark);
      if (asked !== this.era) continue;
      const remembered = this.remembered(mark, to);
      const { era } = this;
      const found = remembered ?? (await this.compareWithLog(mark, to));
      if (!found || era !== this.era) continue;
      this.known = found;
      this.last = undefined;
      return;
    }
    throw new Error('The place of Redis in the log of events moves too fast.');
  }

  /** Returns what Redis contains if that follows from what this process knew before. So it needs no PostgreSQL. */
  private remembered(mark: string, to: number): Known | undefined {
    const before = this.known ?? this.last;
    if (!before) return undefined;
    const position = reached(mark, before);
    if (position === undefined) this.doubt();
    else if (position >= (to === Infinity ? this.heardTo : to))
      return { mark, position, isStored: mark !== before.mark || before.isStored };
    return undefined;
  }

  private async compareWithLog(mark: string, to: number): Promise<Known | undefined> {
    const { place, tags, isDue, unknown } = await this.missedBy(mark, to);
    if (!isDue) return { mark, position: place.position, isStored: true };
    try {
      const told = await this.redis.run((client) => advance(client, tags, { from: mark, to: markOf(place) }));
      if (!told) return undefined;
      if (unknown) this.logger.info(unknown, ALL_RENEWED);
      this.renewed(told.tags);
      const { isStored } = told;
      return { mark: isStored ? markOf(place) : mark, position: place.position, isStored };
    } catch (error) {
      // Redis lacks something and does not accept it. If it only responds late, the next attempt is soon, or the breaker opens.
      if ((error as Error).cause instanceof ReplyError) this.doubt();
      throw error;
    }
  }

  private async missedBy(mark: string, to: number): Promise<Missed> {
    const from = placeOf(mark);
    const known = this.known?.mark === mark ? this.known : undefined;
    const position = known?.position ?? from?.position;
    if (position === undefined) return this.everything();
    const span = Math.max(0, Math.min(MOST_POSITIONS, to - position));
    // A reader can wait for it in a transaction of its own, whose snapshot can be old.
    const log = await this.database.apart(() =>
      this.events.window(position, { span, most: MOST_EVENTS }, sql`AND e.type = ${CACHE_INVALIDATED}`),
    );
    const isSameLog = isIn(log, { position, id: known ? log.startId : (from?.id ?? null) });
    const end = Math.min(log.head, position + span);
    const isFar = end < Math.min(log.head, to) || log.events.length === MOST_EVENTS;
    const tags = invalidationsIn(log.events).flatMap(({ id, tags }) =>
      tags.map((tag) => ({ eventId: id, tag })),
    );
    if (!isSameLog || isFar || tags.length > MOST_TAGS) return this.everything(from);
    return { place: { position: end, id: log.endId }, tags, isDue: tags.length > 0 };
  }

  private async everything(from?: LogPlace): Promise<Missed> {
    const place = await this.database.apart(() => this.events.end());
    const unknown = { position: from?.position, head: place.position };
    return { place, tags: [{ tag: EVERYTHING }], isDue: true, unknown };
  }

  private reconnected(): void {
    if (this.known) this.last = this.known.isStored ? this.known : undefined;
    this.known = undefined;
    this.retryAt = 0;
    this.era++;
  }

  /** Only a comparison with the log helps. */
  private doubt(): void {
    this.known = this.last = undefined;
    this.era++;
  }
}

const isIn = ({ floor, head, startId }: LogWindow, { position, id }: LogPlace): boolean =>
  position >= floor && position <= head && startId === id;

/** Returns the position that a Redis with this place has reached, or undefined if it has less than before. */
function reached(mark: string, before: Known): number | undefined {
  if (mark === before.mark) return before.position;
  const place = placeOf(mark);
  return place && place.position >= before.position ? place.position : undefined;
}
