import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';

const CIPHER = 'aes-256-gcm';
const SALT_BYTES = 16;
const TAG_BYTES = 16;
/** Each text has a key of its own, which is used once. */
const IV = Buffer.alloc(12);

/**
 * Text that nobody can read or change: encrypted JSON, whose key is derived from JWT_SECRET. The same payload has another
 * text each time, and all texts of a purpose have one length, so that a text does not even show whether something has changed.
 */
export class HiddenText {
  private readonly key: Buffer;

  /**
   * @param purpose texts of one purpose are not valid for another one
   * @param most the characters of the longest payload as JSON
   */
  constructor(
    secret: string,
    purpose: string,
    private readonly most: number,
  ) {
    this.key = Buffer.from(hkdfSync('sha256', secret, '', purpose, 32));
  }

  hide(payload: unknown): string {
    const salt = randomBytes(SALT_BYTES);
    const cipher = createCipheriv(CIPHER, this.keyOf(salt), IV);
    const text = JSON.stringify(payload).padEnd(this.most);
    return Buffer.concat([salt, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]).toString(
      'base64url',
    );
  }

  /** Returns the payload, or undefined if the text was changed or is of another purpose or deployment. */
  open(text: string): unknown {
    const bytes = Buffer.from(text, 'base64url');
    // base64 has several spellings of the same bytes.
    if (bytes.length < SALT_BYTES + TAG_BYTES || bytes.toString('base64url') !== text) return undefined;
    const salt = bytes.subarray(0, SALT_BYTES);
    try {
      const opened = createDecipheriv(CIPHER, this.keyOf(salt), IV, { authTagLength: TAG_BYTES }).setAuthTag(
        bytes.subarray(-TAG_BYTES),
      );
      const whole =
        opened.update(bytes.subarray(SALT_BYTES, -TAG_BYTES), undefined, 'utf8') + opened.final('utf8');
      return JSON.parse(whole);
    } catch {
      return undefined;
    }
  }

  private keyOf(salt: Buffer): Buffer {
    return createHmac('sha256', this.key).update(salt).digest();
  }
}
