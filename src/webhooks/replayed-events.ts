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
const READ_AT_ONCE = 1000;
const DAY_MS = 86_400_000;

/** The events of a time, in the order of the log. */
@Injectable()
export class ReplayedEvents {
  constructor(
    private readonly events: EventsRepository,
    private readonly messages: WebhookMessages,
    @Inject(eventsSettings.KEY) private readonly settings: EventsSettings,
  ) {}

  /** @throws ReplayTooLarge, ValidationFailed if the log no longer contains the time */
  async between(
    { since, until }: ReplayWebhook,
    wants: (type: string) => boolean,
  ): Promise<{ since: string; until: string; messages: Message[] }> {
    const { head, now } = await this.events.ends();
    const span = { since, until: until ?? now };
    this.check(span, now);
    const types = this.messages.types().filter(wants);
    const within = sql`AND e.position <= ${head} AND e.occurred_at >= ${since} AND e.occurred_at < ${span.until}
      AND e.type = ANY(${types}::text[]) AND NOT e.is_silent`;
    const messages: Message[] = [];
    for (let position = 0; ;) {
      const found = await this.events.after(position, READ_AT_ONCE, within);
      messages.push(...this.messages.of(found));
      if (messages.length > MOST) throw new ReplayTooLarge(MOST);
      const last = found.at(-1);
      if (!last || found.length < READ_AT_ONCE) return { ...span, messages };
      position = last.position;
    }
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
