import { Injectable } from '@nestjs/common';
import type { OutboundResponse } from '../platform/outbound/outbound-call.js';
import { OutboundFault } from '../platform/outbound/outbound-fault.js';
import { retryAfterMs } from '../platform/outbound/retries.js';
import { ServiceClient } from '../platform/outbound/service-client.js';
import type { Target } from '../platform/outbound/target.js';
import type { AttemptResult, DueDelivery } from './delivery-queue.repository.js';
import { WebhookSecrets } from './webhook-secrets.js';
import { MOST_CONCURRENT } from './webhooks.settings.js';

/** WEBHOOKS_CONCURRENCY_PER_RECEIVER decides how many requests run, so none waits here while its deadline runs. */
const WEBHOOKS: Target = { name: 'webhooks', addresses: 'given', concurrency: MOST_CONCURRENT };
const DEADLINE_MS = 10_000;
const MOST_BYTES = 1024 * 1024;
const KEPT_BYTES = 4096;

/** The response that ends a webhook: the receiver does not want it any more. */
export const GONE = 410;

/** A request that was sent. */
export interface Sent extends AttemptResult {
  /** What Retry-After asks for. */
  afterSeconds?: number;
}

/** Sends one request. */
@Injectable()
export class DeliveryRequests {
  constructor(
    private readonly client: ServiceClient,
    private readonly secrets: WebhookSecrets,
  ) {}

  /**
   * @returns `not sent` if the receiver failed too often before; undefined if this process gave up, so that the receiver
   * may have got it
   * @throws Error if the request cannot be signed
   */
  async send(delivery: DueDelivery, signal: AbortSignal): Promise<Sent | 'not sent' | undefined> {
    const { webhookId, eventId, body, url } = delivery;
    const signed = this.secrets.headers(webhookId, delivery, { id: eventId, body });
    const at = new Date().toISOString();
    try {
      const answer = await this.client.request({
        ...{ target: WEBHOOKS, receiver: webhookId, method: 'POST', url, body, signal },
        headers: { 'content-type': 'application/json', ...signed },
        ...{ deadlineMs: DEADLINE_MS, maxBytes: MOST_BYTES, cut: true },
      });
      return { at, ...resultOf(answer) };
    } catch (error) {
      if (!(error instanceof OutboundFault)) throw error;
      if (error.kind === 'cancelled') return undefined;
      if (error.kind === 'circuit_open' || error.kind === 'busy') return 'not sent';
      const { status = null, message, durationMs } = error;
      return { at, status, durationMs, error: message, responseBody: null };
    }
  }
}

function resultOf({ status, headers, body, durationMs }: OutboundResponse): Omit<Sent, 'at'> {
  const isAccepted = status >= 200 && status < 300;
  const asked = retryAfterMs(headers);
  return {
    ...{ status, durationMs, responseBody: textOf(body), error: isAccepted ? null : reasonOf(status) },
    ...(asked !== undefined && { afterSeconds: asked / 1000 }),
  };
}

function reasonOf(status: number): string {
  if (status >= 300 && status < 400)
    return `The receiver redirected the request (${status}). Galley does not follow redirects. Change the URL of the webhook.`;
  if (status === GONE) return 'The receiver returned 410, so the webhook was disabled.';
  return `The receiver returned ${status} instead of 2xx.`;
}

/** PostgreSQL cannot store NUL. A character that the limit cuts becomes a replacement character. */
const textOf = (body: Buffer): string =>
  body.subarray(0, KEPT_BYTES).toString('utf8').replaceAll('\0', '\ufffd');
