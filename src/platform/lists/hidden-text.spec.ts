import { describe, expect, it } from '@jest/globals';
import { HiddenText } from './hidden-text.js';

const SECRET = 'a secret of at least 32 characters';

describe('HiddenText', () => {
  const texts = new HiddenText(SECRET, 'test', 20);

  it('returns the payload to who has the secret, and to nobody else', () => {
    const text = texts.hide([1, 'two']);
    expect(texts.open(text)).toEqual([1, 'two']);
    expect(new HiddenText(SECRET, 'test', 20).open(text)).toEqual([1, 'two']);
    expect(new HiddenText(SECRET, 'another purpose', 20).open(text)).toBeUndefined();
    expect(new HiddenText(`${SECRET}!`, 'test', 20).open(text)).toBeUndefined();
    for (const other of [
      '',
      'x',
      text.slice(1),
      text.slice(0, -4),
      `${text}x`,
      `${text}AAAA`,
      `B${text.slice(1)}`,
    ])
      if (other !== text) expect([other, texts.open(other)]).toEqual([other, undefined]);
  });

  it('shows neither what it contains nor whether it contains the same', () => {
    const made = [texts.hide('payload'), texts.hide('payload'), texts.hide('pay')];
    expect(new Set(made).size).toBe(3);
    expect(new Set(made.map(({ length }) => length)).size).toBe(1);
    expect(Buffer.from(made[0] as string, 'base64url').toString('latin1')).not.toContain('payload');
  });
});
