import { describe, expect, it } from '@jest/globals';
import { AddressRefused } from './outbound-fault.js';
import { nextHop, redirectOf } from './redirects.js';

const FROM = {
  url: new URL('https://a.example/from'),
  method: 'POST',
  headers: { 'content-type': 'text/plain', authorization: 'Bearer key' },
  body: 'b',
};

describe('a redirect', () => {
  it('is a status with an address', () => {
    expect(redirectOf({ status: 302, headers: { location: '/a' } })).toBe('/a');
    expect(redirectOf({ status: 302, headers: {} })).toBeUndefined();
    expect(redirectOf({ status: 302, headers: { location: ['/a', '/b'] } })).toBeUndefined();
    expect(redirectOf({ status: 201, headers: { location: '/a' } })).toBeUndefined();
    expect(redirectOf({ status: 304, headers: { location: '/a' } })).toBeUndefined();
  });

  it.each([
    ['POST', 301, 'GET'],
    ['POST', 302, 'GET'],
    ['POST', 303, 'GET'],
    ['PUT', 303, 'GET'],
    ['POST', 307, 'POST'],
    ['POST', 308, 'POST'],
    ['PUT', 302, 'PUT'],
    ['HEAD', 303, 'HEAD'],
  ])('turns %s by %d into %s', (method, status, becomes) => {
    const next = nextHop({ ...FROM, method }, status, new URL('https://a.example/to'));
    expect(next.method).toBe(becomes);
    expect(next.body).toBe(becomes === 'GET' ? undefined : 'b');
    expect('content-type' in next.headers).toBe(becomes !== 'GET');
  });

  it.each(['https://b.example/', 'https://a.example:8443/', 'https://a.example.b.example/'])(
    'to %s carries no secrets',
    (to) => {
      expect(nextHop(FROM, 307, new URL(to)).headers).toEqual({ 'content-type': 'text/plain' });
    },
  );

  it('never leads from https to http', () => {
    expect(() => nextHop(FROM, 307, new URL('http://a.example/'))).toThrow(AddressRefused);
    const plain = { ...FROM, url: new URL('http://a.example/') };
    expect(nextHop(plain, 307, new URL('https://a.example/')).headers).not.toHaveProperty('authorization');
  });
});
