import { describe, expect, it } from '@jest/globals';
import { plainText } from '../platform/content/plain-text.js';
import { decodedSlug, storable } from './text.js';

describe('Text from an export', () => {
  it.each([
    ['Tom &amp; Jerry', 'Tom & Jerry'],
    ['It&#8217;s &lt;b&gt;', 'It’s <b>'],
    ['&amp;lt;', '&lt;'],
    ['With <em>emphasis</em>', 'With emphasis'],
    ['1 < 2 & 3 > 2', '1 < 2 & 3 > 2'],
    ['~`!@#$%^&*()-_=+{}[]/\\;:\'"?,.>', '~`!@#$%^&*()-_=+{}[]/\\;:\'"?,.>'],
    ['  two\n lines ', 'two lines'],
  ])('is plain text where WordPress stores HTML: %j', (html, text) => {
    expect(plainText(html)).toBe(text);
  });

  it('has its slugs decoded, unless they only look encoded', () => {
    expect(decodedSlug('%ce%b5%cf%80')).toBe('επ');
    expect(decodedSlug('100%-off')).toBe('100%-off');
    expect(decodedSlug('')).toBeNull();
  });

  it('holds nothing that PostgreSQL refuses', () => {
    expect(storable('a\0b\ud800c')).toBe('ab\ufffdc');
  });
});
