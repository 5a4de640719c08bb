import type { CallOptions, Http } from './http.ts';
import type { List } from './list.ts';
import { type Listed, listOf, type Query } from './listed.ts';
import type {
  CreateWebhook,
  Delivery,
  ReplayWebhook,
  UpdateWebhook,
  Webhook,
  WebhookReplay,
} from './openapi.ts';
import { conditionOf, pathOf, type Versioned } from './target.ts';

/** The webhooks of the server and their deliveries, for administrators. */
export class Webhooks {
  readonly #http: Http;

  constructor(http: Http) {
    this.#http = http;
  }

  list<const Given extends Query<'listWebhooks'>>(
    query?: Given,
    options?: CallOptions,
  ): List<Listed<Webhook, 'id', Given>> {
    return listOf(this.#http, '/webhooks', query ?? {}, options);
  }

  get(id: string, options?: CallOptions): Promise<Webhook> {
    return this.#http.request('GET', pathOf('webhooks', id), options);
  }

  /** Creates a webhook. Only this response contains its secret. */
  create(webhook: CreateWebhook, options?: CallOptions): Promise<Webhook> {
    return this.#http.request('POST', '/webhooks', { ...options, body: webhook });
  }

  update(webhook: Versioned<'id'>, changes: UpdateWebhook, options: CallOptions = {}): Promise<Webhook> {
    const condition = conditionOf(webhook, options);
    return this.#http.request('PATCH', pathOf('webhooks', webhook), { ...condition, body: changes });
  }

  /** Deletes a webhook and its deliveries. */
  delete(webhook: Versioned<'id'>, options: CallOptions = {}): Promise<void> {
    return this.#http.request('DELETE', pathOf('webhooks', webhook), conditionOf(webhook, options));
  }

  /** Sends an event of the type `ping`. */
  test(id: string, options?: CallOptions): Promise<Delivery> {
    return this.#http.request('POST', `${pathOf('webhooks', id)}/test`, options);
  }

  /** Returns a new secret. The previous one also signs for 24 hours. */
  rotateSecret(webhook: Versioned<'id'>, options: CallOptions = {}): Promise<Webhook> {
    const condition = conditionOf(webhook, options);
    return this.#http.request('POST', `${pathOf('webhooks', webhook)}/rotate-secret`, condition);
  }

  /** Sends the events of a time span again. */
  replay(id: string, span: ReplayWebhook, options?: CallOptions): Promise<WebhookReplay> {
    return this.#http.request('POST', `${pathOf('webhooks', id)}/replay`, { ...options, body: span });
  }

  deliveries<const Given extends Query<'listDeliveries'>>(
    id: string,
    query?: Given,
    options?: CallOptions,
  ): List<Listed<Delivery, 'id', Given>> {
    return listOf(this.#http, `${pathOf('webhooks', id)}/deliveries`, query ?? {}, options);
  }

  getDelivery(id: string, options?: CallOptions): Promise<Delivery> {
    return this.#http.request('GET', pathOf('webhooks/deliveries', id), options);
  }

  /** Sends the event of a delivery again. */
  replayDelivery(id: string, options?: CallOptions): Promise<Delivery> {
    return this.#http.request('POST', `${pathOf('webhooks/deliveries', id)}/replay`, options);
  }
}
