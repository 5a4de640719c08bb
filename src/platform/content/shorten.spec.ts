import { describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { shorten } from './shorten.js';

const FAMILY = '👨‍👩‍👧‍👦';
const length = (text: string) => [...text].length;

describe('A shortened text', () => {
  it.each([
    ['of words', 'word '.repeat(100), `${'word '.repeat(55)}word…`],
    ['with a space near the limit', `${'a'.repeat(245)} ${'b'.repeat(100)}`, `${'a'.repeat(245)}…`],
    ['without a space near the limit', `First. ${'b'.repeat(400)}`, `First. ${'b'.repeat(272)}…`],
    ['in Chinese', `第一句。 ${'汉字'.repeat(300)}`, `第一句。 ${'汉字'.repeat(137)}…`],
    ['in Thai', 'ภาษาไทย'.repeat(60), `${'ภาษาไทย'.repeat(39)}ภาษาไท…`],
    [
      'that is a long address',
      `https://a.example/${'x'.repeat(300)}`,
      `https://a.example/${'x'.repeat(261)}…`,
    ],
    ['of emoji', '😀'.repeat(600), `${'😀'.repeat(279)}…`],
    ['of families', FAMILY.repeat(100), `${FAMILY.repeat(39)}…`],
    ['of letters with marks', 'e\u0301'.repeat(200), `${'e\u0301'.repeat(139)}…`],
    ['of one endless grapheme', `a${'\u0301'.repeat(1000)}`, `a${'\u0301'.repeat(278)}…`],
    ['whose word ends at the limit', `${'a'.repeat(279)} b`, `${'a'.repeat(279)}…`],
  ])('%s ends at a word or a whole character', (_what, text, short) => {
    expect(shorten(text)).toBe(short);
  });

  it.each(['', 'word', 'a'.repeat(280), '😀'.repeat(280), FAMILY.repeat(40)])(
    'is %j itself if it fits',
    (text) => {
      expect(shorten(text)).toBe(text);
    },
  );

  it('has at most 280 characters and starts like the text, whatever it is', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme', maxLength: 200 }), { maxLength: 9 }), (words) => {
        const text = words.join(' ').replace(/\s+/g, ' ').trim();
        const short = shorten(text);
        expect(length(short)).toBeLessThanOrEqual(280);
        expect(short === text || text.startsWith(short.slice(0, -1))).toBe(true);
        if (length(text) > 280) expect(length(short)).toBeGreaterThan(200);
      }),
    );
  });

  it('is made without a look at the rest of a long one', () => {
    const read = jest.spyOn(Intl.Segmenter.prototype, 'segment');
    shorten('x'.repeat(10_000_000));
    expect(read.mock.calls.map(([text]) => text.length)).toEqual([624]);
    read.mockRestore();
  });
});
