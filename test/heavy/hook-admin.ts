import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { WebhookView } from '../../src/webhooks/webhooks.schemas.js';
import type { Deployment } from './deployment.ts';
import { Writer } from './writer.ts';

/** An administrator who creates webhooks and posts. */
export class HookAdmin {
  private readonly url: string;
  private readonly token: string;
  private readonly deployment: Deployment;

  private constructor(url: string, token: string, deployment: Deployment) {
    this.url = url;
    this.token = token;
    this.deployment = deployment;
  }

  static async signUp(url: string, deployment: Deployment): Promise<HookAdmin> {
    const email = `${randomUUID()}@example.com`;
    const writer = await Writer.signUp({ url }, email);
    await deployment.query(`UPDATE users SET role = 'admin' WHERE email = $1`, email);
    return new HookAdmin(url, writer.token as string, deployment);
  }

  async send<T>(method: string, path: string, body?: object): Promise<T> {
    const answer = await fetch(`${this.url}/api/v1/${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.token}`,
        ...(body && { 'content-type': 'application/json' }),
      },
      body: body && JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${text.slice(0, 500)}`);
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }

  create(url: string, events: string[]): Promise<WebhookView & { secret: string }> {
    return this.send('POST', 'webhooks', { url, events });
  }

  /** @returns the id of a new public post */
  async publish(): Promise<string> {
    const post = { title: `Post ${randomUUID()}`, body: 'Words.', status: 'published' };
    return (await this.send<{ id: string }>('POST', 'posts', post)).id;
  }

  /** Returns the states of the deliveries when none is pending any more. */
  async states(webhookId: string): Promise<string[]> {
    for (; ; await delay(50)) {
      const rows = await this.deployment.query<{ state: string }>(
        'SELECT state FROM webhook_deliveries WHERE webhook_id = $1',
        webhookId,
      );
      if (rows.every(({ state }) => state !== 'pending')) return rows.map(({ state }) => state);
    }
  }
}
