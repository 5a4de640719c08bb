import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';

const MAC_BYTES = 16;

/**
 * Opaque text that detects changes: the base64url of JSON and a truncated HMAC-SHA-256, whose key is derived from
 * JWT_SECRET by HKDF (RFC 5869). Source: docs/decisions/0006-ids-and-cursors.md.
 */
export class SignedText {
  private readonly key: Buffer;

  /** @param purpose texts of one purpose are not valid for another one */
  constructor(secret: string, purpose: string) {
    this.key = Buffer.from(hkdfSync('sha256', secret, '', purpose, 32));
  }

  sign(payload: unknown): string {
    const body = Buffer.from(JSON.stringify(payload)).toString('base64url');
    return `${body}.${this.mac(body)}`;
  }

  /** Returns the payload, or undefined if the text was changed or is of another purpose or deployment. */
  open(text: string): unknown {
    const [body = '', mac = '', ...rest] = text.split('.');
    // They are compared as text, because base64 has several spellings of the same bytes, and pages are cached by
    // cursor.
    const [given, made] = [Buffer.from(mac), Buffer.from(this.mac(body))];
    const genuine = rest.length === 0 && given.length === made.length && timingSafeEqual(given, made);
    return genuine ? JSON.parse(Buffer.from(body, 'base64url').toString()) : undefined;
  }

  private mac(body: string): string {
    return createHmac('sha256', this.key).update(body).digest().subarray(0, MAC_BYTES).toString('base64url');
  }
}
