import { createHmac, randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import { Seals } from '../platform/secrets/seals.js';
import type { OlderSecret } from './webhook.entity.js';
import type { Id } from '../platform/schemas/schemas.js';

const PREFIX = 'whsec_';
const BYTES = 32;

/** A request to a receiver, before it is signed. */
export interface Signable {
  /** The id of the event. */
  id: Id;
  body: string;
}

/** The secrets of a webhook as they are stored. */
export interface SealedSecrets {
  secret: string;
  /** Null after the overlap of a rotation. */
  previousSecret: string | null;
  /** Those before it whose overlap has not ended, because the secret was rotated again. */
  olderSecrets: OlderSecret[];
}

/** Creates, stores and uses the secrets of webhooks. They leave this class only to be shown once. */
@Injectable()
export class WebhookSecrets {
  constructor(private readonly seals: Seals) {}

  /**
   * @returns a new secret for its owner and for the database
   * @throws EncryptionNotConfigured
   */
  create(webhookId: Id): { shown: string; sealed: string } {
    const shown = `${PREFIX}${randomBytes(BYTES).toString('base64')}`;
    return { shown, sealed: this.seals.seal(shown, about(webhookId)) };
  }

  /**
   * Returns the secrets as the current ENCRYPTION_KEY seals them, or undefined if it has sealed them already. An earlier
   * secret that no key opens stays as it is.
   * @throws EncryptionNotConfigured; Error if the present secret cannot be opened
   */
  reseal(webhookId: Id, sealed: SealedSecrets): SealedSecrets | undefined {
    const again = (secret: string) => this.seals.reseal(secret, about(webhookId));
    const earlier = (secret: string) => ifReadable(() => again(secret)) ?? secret;
    const { secret, previousSecret, olderSecrets } = sealed;
    const resealed = {
      secret: again(secret),
      previousSecret: previousSecret && earlier(previousSecret),
      olderSecrets: olderSecrets.map((older) => ({ ...older, secret: earlier(older.secret) })),
    };
    return isDeepStrictEqual(resealed, { secret, previousSecret, olderSecrets }) ? undefined : resealed;
  }

  /**
   * Returns the headers of Standard Webhooks, with a signature by each valid secret. An earlier secret that no key opens
   * signs nothing: after a key was lost, a rotation is all that a webhook needs.
   * @param at the present time in milliseconds
   * @throws Error if the present secret cannot be opened
   */
  headers(webhookId: Id, sealed: SealedSecrets, { id, body }: Signable, at = Date.now()) {
    const timestamp = String(Math.floor(at / 1000));
    const { secret, previousSecret, olderSecrets } = sealed;
    const open = (sealed: string) => this.seals.open(sealed, about(webhookId));
    const earlier = [previousSecret ?? [], olderSecrets.map((older) => older.secret)].flat();
    const secrets = [open(secret), ...earlier.flatMap((sealed) => ifReadable(() => open(sealed)) ?? [])];
    const signatures = secrets.map((opened) => signature(opened, `${id}.${timestamp}.${body}`));
    return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') };
  }
}

/** Returns what `open` returns, or undefined if no key opens the secret. */
function ifReadable(open: () => string): string | undefined {
  try {
    return open();
  } catch {
    return undefined;
  }
}

/** A sealed secret cannot be moved to another webhook. */
const about = (webhookId: Id): string => `webhook:${webhookId}`;

const signature = (secret: string, text: string): string =>
  `v1,${createHmac('sha256', Buffer.from(secret.slice(PREFIX.length), 'base64'))
    .update(text)
    .digest('base64')}`;
