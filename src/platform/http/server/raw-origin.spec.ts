import { describe, expect, it } from '@jest/globals';
import { originIn } from './raw-origin.js';

const HERE = 'https://app.example.com';
const of = (...lines: string[]) => originIn({ rawPacket: Buffer.from(lines.join('\r\n')) });

describe('the origin of bytes that the parser refused', () => {
  it.each([
    ['a head', ['GET / HTTP/9', `Origin: ${HERE}`, '', ''], HERE],
    ['a head that ends in it', ['GET / HTTP/9', `origin:${HERE} `], HERE],
    ['a head that has it twice', ['GET / HTTP/9', `Origin: ${HERE}`, `Origin: ${HERE}`], HERE],
    ['two heads', ['GET / HTTP/1.1', `Origin: ${HERE}`, '', 'GET / HTTP/9', 'Origin: null'], undefined],
    ['another header', ['GET / HTTP/9', `X-Origin: ${HERE}`], undefined],
    ['a request line', [`Origin: ${HERE}`], undefined],
    ['nothing', [''], undefined],
  ])('of %s', (_name, lines, origin) => {
    expect(of(...lines)).toBe(origin);
  });

  it('is not known where the parser has no bytes', () => {
    expect(originIn({})).toBeUndefined();
  });
});
