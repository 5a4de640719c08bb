import { Inject, Injectable } from '@nestjs/common';
import { z } from 'zod';
import { type HttpSettings, httpSettings } from '../platform/http/settings/http.settings.js';
import { SignedText } from '../platform/lists/signed-text.js';
import { Id } from '../platform/schemas/schemas.js';
import { type SecretsSettings, secretsSettings } from '../platform/secrets/secrets.settings.js';
import { NOTIFICATION_KINDS } from './notification-kinds.js';

const VERSION = 1;
const From = z.enum([...NOTIFICATION_KINDS, 'daily']);
const Payload = z.tuple([z.literal(VERSION), Id, From]);

/** Who no longer wants which messages. */
export interface Unsubscribed {
  userId: Id;
  from: z.infer<typeof From>;
}

/**
 * The links that end messages without a login. Their token contains what they do and a MAC of 128 bits. It has no end,
 * because a message can be read at any time, and it can only switch messages off.
 */
@Injectable()
export class UnsubscribeLinks {
  private readonly texts: SignedText;
  private readonly base: string | undefined;

  constructor(
    @Inject(secretsSettings.KEY) { JWT_SECRET }: SecretsSettings,
    @Inject(httpSettings.KEY) { PUBLIC_URL }: HttpSettings,
  ) {
    this.texts = new SignedText(JWT_SECRET, 'galley/unsubscribe/v1');
    this.base = PUBLIC_URL?.replace(/\/+$/, '');
  }

  /** False if the deployment does not know its own address. */
  get available(): boolean {
    return this.base !== undefined;
  }

  /** @throws an error if the deployment does not know its own address */
  urlFor({ userId, from }: Unsubscribed): string {
    if (!this.available) throw new Error('A link to unsubscribe requires the setting PUBLIC_URL.');
    return `${this.base}/unsubscribe/${this.texts.sign([VERSION, userId, from])}`;
  }

  /** Returns what the token of a link does, or undefined if it is not one of this deployment. */
  open(token: string): Unsubscribed | undefined {
    const { data } = Payload.safeParse(this.texts.open(token));
    return data && { userId: data[1], from: data[2] };
  }
}
