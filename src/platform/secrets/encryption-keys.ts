import { createHash } from 'node:crypto';

const KEY_BYTES = 32;

/**
 * Returns the 32 bytes that a setting contains as 64 hexadecimal digits, as base64 or base64url, or as 32 characters.
 * Returns undefined for any other text.
 */
export function keyOf(text: string): Buffer | undefined {
  if (/^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, 'hex');
  if (/^[\w+/-]{43}=?$/.test(text)) return Buffer.from(text, 'base64url');
  const raw = Buffer.from(text);
  return raw.length === KEY_BYTES ? raw : undefined;
}

/** Names a key in what it has sealed. It says nothing about the key. */
export const keyIdOf = (key: Buffer): string =>
  createHash('sha256').update('galley/encryption-key/v1').update(key).digest('hex').slice(0, 8);
