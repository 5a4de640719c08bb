import { Inject, Injectable } from '@nestjs/common';
import { sql } from '../platform/database/database.js';
import { ValidationFailed } from '../platform/errors/request-problems.js';
import { EventsRepository } from '../platform/events/events.repository.js';
import { type EventsSettings, eventsSettings } from '../platform/events/events.settings.js';
import type { Message } from './deliveries.repository.js';
import { WebhookMessages } from './webhook-messages.js';
import { ReplayTooLarge } from './webhooks.errors.js';
import type { ReplayWebhook } from './webhooks.schemas.js';

const MOST = 10_000;
/** An event has some kilobytes of data, so that those of one part fit into the memory of any process. */
const READ_AT_ONCE = 200;
const DAY_MS = 86_400_000;

/** The events of a time, of which only the positions are in memory. */
export interface ReplayedSpan {
  since: string;
  until: string;
  positions: number[];
}

/** The events of a time, in the order of the log. */
@Injectable()
export class ReplayedEvents {
  constructor(
    private readonly events: EventsRepository,
    private readonly messages: WebhookMessages,
    @Inject(eventsSettings.KEY) private readonly settings: EventsSettings,
  ) {}

  /** @throws ReplayTooLarge, ValidationFailed if the log no longer contains the time */
  async between({ since, until }: ReplayWebhook, wants: (type: string) => boolean): Promise<ReplayedSpan> {
    const { head, now } = await this.events.ends();
    const span = { since, until: until ?? now };
    this.check(span, now);
    const types = this.messages.types().filter(wants);
    const positions = await this.events.positions(
      sql`AND e.position <= ${head} AND e.occurred_at >= ${since} AND e.occurred_at < ${span.until}
        AND e.type = ANY(${types}::text[]) AND NOT e.is_silent`,
      MOST + 1,
    );
    if (positions.length > MOST) throw new ReplayTooLarge(MOST);
    return { ...span, positions };
  }

  /** Yields the messages of the events in their order, a part at a time. */
  async *messagesOf({ positions }: ReplayedSpan): AsyncGenerator<Message[], void, void> {
    for (let at = 0; at < positions.length; at += READ_AT_ONCE)
      yield this.messages.of(await this.events.at(positions.slice(at, at + READ_AT_ONCE)));
  }

  private check({ since, until }: { since: string; until: string }, now: string): void {
    const days = this.settings.CHANGES_RETENTION_DAYS;
    const refuse = (path: string, message: string) => {
      throw new ValidationFailed([{ path, code: 'custom', message }]);
    };
    if (Date.parse(since) < Date.parse(now) - days * DAY_MS)
      refuse('since', `must be within the last ${days} days, because older events are deleted`);
    if (Date.parse(until) <= Date.parse(since)) refuse('until', 'must be later than since');
  }
}
