import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { keyIdOf, keyOf } from './encryption-keys.js';
import { EncryptionNotConfigured } from './secrets.errors.js';
import { type SecretsSettings, secretsSettings } from './secrets.settings.js';

const VERSION = 'v1';
const CIPHER = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Encrypts secrets that the database stores and that Galley must read again, with ENCRYPTION_KEY (AES-256-GCM). The sealed
 * text names its format and its key, so that keys can change: those of ENCRYPTION_KEY_PREVIOUS still open it.
 * Source: docs/decisions/0070-webhooks.md.
 */
@Injectable()
export class Seals {
  private readonly current?: { id: string; key: Buffer };
  private readonly keys = new Map<string, Buffer>();

  constructor(@Inject(secretsSettings.KEY) settings: SecretsSettings) {
    const { ENCRYPTION_KEY, ENCRYPTION_KEY_PREVIOUS } = settings;
    const given = [ENCRYPTION_KEY, ...ENCRYPTION_KEY_PREVIOUS].map((text) => text && keyOf(text));
    for (const key of given) if (key) this.keys.set(keyIdOf(key), key);
    const [key] = given;
    if (key) this.current = { id: keyIdOf(key), key };
  }

  /**
   * @param about what the secret belongs to, such as `webhook:<id>`. The sealed text opens only for the same one, so that it
   * cannot be moved to another row
   * @throws EncryptionNotConfigured
   */
  seal(secret: string, about: string): string {
    if (!this.current) throw new EncryptionNotConfigured();
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv(CIPHER, this.current.key, iv).setAAD(Buffer.from(about));
    const parts = [iv, cipher.update(secret, 'utf8'), cipher.final(), cipher.getAuthTag()];
    return [VERSION, this.current.id, Buffer.concat(parts).toString('base64url')].join('.');
  }

  /** @throws Error if the key is not configured any more, or the text was changed or moved */
  open(sealed: string, about: string): string {
    const [version, keyId = '', body = ''] = sealed.split('.');
    if (version !== VERSION) throw new Error(`A sealed secret has the unknown format ${version}`);
    const key = this.keys.get(keyId);
    if (!key)
      throw new Error(
        `No key of ENCRYPTION_KEY and ENCRYPTION_KEY_PREVIOUS has the id ${keyId}, which sealed a secret`,
      );
    const bytes = Buffer.from(body, 'base64url');
    const opened = createDecipheriv(CIPHER, key, bytes.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES })
      .setAAD(Buffer.from(about))
      .setAuthTag(bytes.subarray(-TAG_BYTES));
    return opened.update(bytes.subarray(IV_BYTES, -TAG_BYTES), undefined, 'utf8') + opened.final('utf8');
  }

  /**
   * Seals a sealed text with the current key. Returns the same text if the current key has sealed it.
   * @throws EncryptionNotConfigured; Error as `open` does
   */
  reseal(sealed: string, about: string): string {
    if (!this.current) throw new EncryptionNotConfigured();
    if (sealed.startsWith(`${VERSION}.${this.current.id}.`)) return sealed;
    return this.seal(this.open(sealed, about), about);
  }
}
