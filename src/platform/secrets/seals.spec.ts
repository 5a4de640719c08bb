import { describe, expect, it } from '@jest/globals';
import { keyOf } from './encryption-keys.js';
import { EncryptionNotConfigured } from './secrets.errors.js';
import type { SecretsSettings } from './secrets.settings.js';
import { Seals } from './seals.js';

const OLD = 'ab'.repeat(32);
const NEW = Buffer.alloc(32, 7).toString('base64');
const seals = (ENCRYPTION_KEY?: string, ENCRYPTION_KEY_PREVIOUS: string[] = []) =>
  new Seals({ ENCRYPTION_KEY, ENCRYPTION_KEY_PREVIOUS } as SecretsSettings);

describe('a sealed secret', () => {
  it('opens with its key for what it belongs to', () => {
    const sealed = seals(OLD).seal('whsec_a', 'webhook:1');
    expect(sealed).toMatch(/^v1\.[0-9a-f]{8}\.[\w-]+$/);
    expect(sealed).not.toContain('whsec');
    expect(seals(OLD).open(sealed, 'webhook:1')).toBe('whsec_a');
    expect(() => seals(OLD).open(sealed, 'webhook:2')).toThrow();
  });

  it('is another text each time', () => {
    const one = seals(OLD);
    expect(one.seal('a', 'b')).not.toBe(one.seal('a', 'b'));
  });

  it('still opens after the key has changed, as long as the previous one is named', () => {
    const sealed = seals(OLD).seal('a', 'b');
    const changed = seals(NEW, [OLD]);
    expect(changed.open(sealed, 'b')).toBe('a');
    expect(() => seals(NEW).open(sealed, 'b')).toThrow(/No key .* has the id/);
  });

  it('is sealed again with the current key, and then no longer requires the previous one', () => {
    const sealed = seals(OLD).seal('a', 'b');
    const again = seals(NEW, [OLD]).reseal(sealed, 'b');
    expect(seals(NEW).open(again, 'b')).toBe('a');
    expect(seals(NEW).reseal(again, 'b')).toBe(again);
    expect(() => seals(NEW).reseal(sealed, 'b')).toThrow(/No key .* has the id/);
    expect(() => seals(NEW, [OLD]).reseal(sealed, 'c')).toThrow();
    expect(() => seals(undefined, [OLD]).reseal(sealed, 'b')).toThrow(EncryptionNotConfigured);
  });

  it('does not open if a byte was changed', () => {
    const sealed = seals(OLD).seal('a', 'b');
    const [version, id, body = ''] = sealed.split('.');
    const bytes = Buffer.from(body, 'base64url');
    for (const place of [0, 12, bytes.length - 1]) {
      const wrong = Buffer.from(bytes);
      wrong[place] = (wrong[place] as number) ^ 1;
      expect(() => seals(OLD).open([version, id, wrong.toString('base64url')].join('.'), 'b')).toThrow();
    }
  });

  it('needs a key', () => {
    expect(() => seals().seal('a', 'b')).toThrow(EncryptionNotConfigured);
  });
});

it.each([
  ['64 hexadecimal digits', OLD],
  ['base64', NEW],
  ['base64url', Buffer.alloc(32, 255).toString('base64url')],
  ['32 characters', 'a raw key of thirty-two letters!'],
])('a key can be %s', (_form, text) => {
  expect(keyOf(text)).toHaveLength(32);
});

it.each(['', 'short', 'a'.repeat(31), 'a'.repeat(33), 'ab'.repeat(31), 'ä'.repeat(32)])(
  'no key is %j',
  (text) => expect(keyOf(text)).toBeUndefined(),
);
