import { isDeepStrictEqual } from 'node:util';
import { Inject, Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { AuditLog } from '../platform/audit/audit-log.js';
import { ValidationFailed } from '../platform/errors/request-problems.js';
import { unknownPattern } from '../platform/event-views/event-patterns.js';
import type { Principal } from '../platform/http/access/principal.js';
import { checkVersion, type Precondition } from '../platform/http/answers/conditions.js';
import { hasAll } from '../platform/json/has-all.js';
import { Cursors } from '../platform/lists/cursors.js';
import { Tails } from '../platform/lists/tails.js';
import { GivenAddresses } from '../platform/outbound/given-addresses.js';
import type { Id, Page } from '../platform/schemas/schemas.js';
import { DeliveryJobs } from './delivery-jobs.js';
import { unknownType, WebhookMessages } from './webhook-messages.js';
import { WebhookSecrets } from './webhook-secrets.js';
import { webhookCreated, webhookDeleted, webhookSecretRotated, webhookUpdated } from './webhooks.audit.js';
import { TooManyWebhooks, WebhookNotFound } from './webhooks.errors.js';
import { WEBHOOK_SORT_KEYS, type WebhookRow, WebhooksRepository } from './webhooks.repository.js';
import type { CreateWebhook, ListWebhooksQuery, UpdateWebhook, WebhookView } from './webhooks.schemas.js';
import { type WebhooksSettings, webhooksSettings } from './webhooks.settings.js';

/** How long both secrets sign after a rotation. */
const OVERLAP_HOURS = 24;

@Injectable()
export class WebhooksService {
  constructor(
    private readonly webhooks: WebhooksRepository,
    private readonly messages: WebhookMessages,
    private readonly secrets: WebhookSecrets,
    private readonly addresses: GivenAddresses,
    private readonly jobs: DeliveryJobs,
    private readonly audit: AuditLog,
    private readonly cursors: Cursors,
    private readonly tails: Tails,
    @Inject(webhooksSettings.KEY) private readonly settings: WebhooksSettings,
  ) {}

  async list(query: ListWebhooksQuery): Promise<Page<WebhookRow>> {
    const start = this.cursors.start('webhooks', query);
    const asked = { query, key: WEBHOOK_SORT_KEYS[query.sort.key], start };
    const { rows, last } = await this.tails.rows(asked, (before) => this.webhooks.list(query, start, before));
    return this.cursors.page('webhooks', query, rows, last);
  }

  /** @throws WebhookNotFound */
  async get(id: Id): Promise<WebhookRow> {
    return found(await this.webhooks.find(id), id);
  }

  /**
   * The address is checked before the transaction, because that can take seconds.
   * @throws UrlNotAllowed, ValidationFailed, TooManyWebhooks, EncryptionNotConfigured
   */
  async create(request: CreateWebhook, by: Principal): Promise<WebhookView> {
    await this.check(request);
    return this.webhooks.transaction(async () => {
      const most = this.settings.WEBHOOKS_MAX;
      if ((await this.webhooks.count()) >= most) throw new TooManyWebhooks(most);
      const id = uuidv7();
      const { shown, sealed } = this.secrets.create(id);
      const { url, description = null, active = true } = request;
      const events = [...new Set(request.events)];
      await this.webhooks.insert({ id, ownerId: by.id, url, events, description, active, secret: sealed });
      const webhook = await this.get(id);
      await this.audit.record(webhookCreated(webhook));
      return { ...webhook, secret: shown };
    });
  }

  /**
   * Whoever sets `active` knows that the receiver works, so what is pending does not wait for its next attempt. The same values
   * again change nothing else.
   * @throws WebhookNotFound, PreconditionFailed, UrlNotAllowed, ValidationFailed
   */
  async update(id: Id, request: UpdateWebhook, expected: Precondition): Promise<WebhookRow> {
    await this.check(request);
    return this.webhooks.transaction(async () => {
      const before = await this.atVersion(id, expected);
      const changes = { ...request, events: newEvents(request.events, before.events) };
      const { active } = changes;
      const begins = active !== undefined && { disabledReason: null, failingSince: null };
      const isChange = !hasAll(before, { ...changes, ...begins });
      if (isChange) await this.webhooks.update(id, changes);
      else if (active) await this.webhooks.endRest(id);
      if (active) while (await this.webhooks.hurryDeliveries(id));
      const after = await this.get(id);
      if (isChange) await this.audit.record(webhookUpdated(before, after));
      if (after.active) await this.jobs.add([id]);
      return after;
    });
  }

  /** @throws WebhookNotFound, PreconditionFailed */
  delete(id: Id, expected: Precondition): Promise<void> {
    return this.webhooks.transaction(async () => {
      const webhook = await this.atVersion(id, expected);
      while (await this.webhooks.deleteDeliveries(id));
      await this.webhooks.delete(id);
      await this.audit.record(webhookDeleted(webhook));
    });
  }

  /** @throws WebhookNotFound, PreconditionFailed, EncryptionNotConfigured */
  rotateSecret(id: Id, expected: Precondition): Promise<WebhookView> {
    return this.webhooks.transaction(async () => {
      await this.atVersion(id, expected);
      const { shown, sealed } = this.secrets.create(id);
      await this.webhooks.rotate(id, sealed, OVERLAP_HOURS);
      await this.audit.record(webhookSecretRotated(id));
      return { ...(await this.get(id)), secret: shown };
    });
  }

  private async atVersion(id: Id, expected: Precondition): Promise<WebhookRow> {
    const webhook = found(await this.webhooks.lock(id), id);
    checkVersion(webhook.version, expected);
    return webhook;
  }

  private async check({ url, events }: UpdateWebhook): Promise<void> {
    const known = this.messages.types();
    const unknown = unknownPattern(events ?? [], known);
    if (events && unknown !== undefined)
      throw new ValidationFailed([unknownType(`events.${events.indexOf(unknown)}`, unknown, known)]);
    if (url !== undefined) await this.addresses.require(url);
  }
}

/** Returns the given types without duplicates, or undefined if they are the present ones. Their order has no meaning. */
function newEvents(given: string[] | undefined, present: string[]): string[] | undefined {
  const events = given && new Set(given);
  return events && !isDeepStrictEqual(events, new Set(present)) ? [...events] : undefined;
}

function found(webhook: WebhookRow | undefined, id: Id): WebhookRow {
  if (!webhook) throw new WebhookNotFound(id);
  return webhook;
}
