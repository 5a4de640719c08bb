import { Readable } from 'node:stream';
import { NOTICES_CREATED } from '../notifications/notifications.events.js';
import type { LoggedEvent } from '../platform/events/event.js';
import { type Place, placeAt } from '../platform/event-views/event-cursors.js';
import { concerns, type EventScope } from '../platform/event-views/event-scope.js';
import type { Principal } from '../platform/http/access/principal.js';
import type { Id } from '../platform/schemas/schemas.js';
import { commentText, retryText } from './stream-format.js';

/** What a client has not read is held up to this length. The rest stays in the log. */
const MOST_PENDING_BYTES = 64 * 1024;
/** A client that reads nothing for this time is cut off while it has a full buffer. */
const MOST_STUCK_MS = 10_000;
/** How long a client can take to read the rest of a stream that has ended. */
const LINGER_MS = 2000;

export type EndReason = 'client' | 'expired' | 'session' | 'slow' | 'gone' | 'shutdown';

/** Who receives a stream. */
export interface Receiver {
  by: Principal;
  scope: EventScope;
  /** True if the client wants notifications. */
  notifies: boolean;
}

/** The texts of an event. undefined if such a receiver cannot learn of it. */
export interface Message {
  toInsiders?: Buffer;
  toOthers?: Buffer;
  /** An account that is an insider whatever its role is. */
  writerId?: Id | null;
  /** The notifications about an earlier event, by the ids of their accounts. */
  toAccounts?: Map<Id, Buffer>;
}

/**
 * The stream of one client. It holds a bounded number of bytes that the client has not read. A client that is slower than
 * the events falls behind and reads them from the log later; a client that does not read at all is cut off.
 */
export class EventStream extends Readable {
  /** Why it has ended, if the server ended it. */
  reason: EndReason = 'client';
  /** True while new events are sent as they happen. Otherwise the stream reads the log. */
  isLive = false;
  sentAt = performance.now();
  private stuckSince: number | undefined;
  private hasEnded = false;
  private whenRoomy = Promise.withResolvers<void>();

  /** @param place all events up to it are sent, or do not concern the receiver */
  constructor(
    private readonly receiver: Receiver,
    public place: Place,
  ) {
    super({ highWaterMark: MOST_PENDING_BYTES });
  }

  get position(): number {
    return this.place.position;
  }

  get userId(): Id {
    return this.receiver.by.id;
  }

  get sessionId(): Id {
    return this.receiver.by.sessionId;
  }

  get notifies(): boolean {
    return this.receiver.notifies;
  }

  get scope(): EventScope {
    return this.receiver.scope;
  }

  get isOver(): boolean {
    return this.hasEnded || this.destroyed;
  }

  get isFull(): boolean {
    return this.readableLength >= MOST_PENDING_BYTES;
  }

  isExpired(now: number): boolean {
    return now >= (this.receiver.by.expiresAt ?? Infinity);
  }

  /** True if the client has not read for too long although its buffer is full. */
  get isStuck(): boolean {
    return this.stuckSince !== undefined && performance.now() - this.stuckSince > MOST_STUCK_MS;
  }

  /** Applies what the caller can see now. */
  see(scope: EventScope): void {
    this.receiver.scope = scope;
  }

  hears(event: LoggedEvent): boolean {
    if (event.type === NOTICES_CREATED) return this.notifies;
    return !event.isSilent && concerns(event, this.scope);
  }

  /** Sends an event if it concerns the receiver and was not sent before. @returns whether it was sent */
  offer(event: LoggedEvent, message: Message | undefined): boolean {
    if (event.position <= this.position) return false;
    this.place = placeAt(event.position, event.id);
    if (!message || !this.hears(event)) return false;
    const text = this.textOf(event, message);
    if (text) this.send(text);
    return text !== undefined;
  }

  send(text: Buffer): void {
    if (this.isOver) return;
    this.sentAt = performance.now();
    this.push(text);
    if (this.isFull) this.stuckSince ??= performance.now();
  }

  /** Waits until the client has read, or the stream is over. */
  async room(): Promise<void> {
    if (!this.isFull || this.isOver) return;
    this.whenRoomy = Promise.withResolvers();
    await this.whenRoomy.promise;
  }

  /** Ends the stream after what is pending, and tells when the client should connect again. */
  finish(reason: EndReason, words: string, retryMs: number): void {
    if (this.isOver) return;
    this.reason = reason;
    this.push(Buffer.concat([retryText(retryMs), commentText(words)]));
    this.hasEnded = true;
    this.push(null);
    const timer = setTimeout(() => this.destroy(), LINGER_MS);
    this.once('close', () => clearTimeout(timer));
    this.whenRoomy.resolve();
  }

  cutOff(): void {
    if (this.isOver) return;
    this.reason = 'slow';
    this.destroy();
  }

  /** The client has read. */
  override _read(): void {
    this.stuckSince = undefined;
    this.whenRoomy.resolve();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.whenRoomy.resolve();
    done(error);
  }

  private textOf(event: LoggedEvent, message: Message): Buffer | undefined {
    const { toAccounts, toInsiders, toOthers, writerId } = message;
    if (toAccounts) return toAccounts.get(this.userId);
    return writerId === this.userId || this.isInsider(event) ? toInsiders : toOthers;
  }

  private isInsider({ ownerIds, resource }: LoggedEvent): boolean {
    const { allOf, ownOf } = this.scope;
    const isOwner = ownerIds.includes(this.userId) && ownOf.includes(resource.type);
    return isOwner || allOf.includes(resource.type);
  }
}
