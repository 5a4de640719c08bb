import { describe, expect, it } from '@jest/globals';
import { preferredType } from './preferred-type.js';

const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';

describe('the preferred type', () => {
  it.each([
    [undefined, 'application/json'],
    ['', 'application/json'],
    ['*/*', 'application/json'],
    [BROWSER, 'text/html'],
    ['TEXT/HTML', 'text/html'],
    ['text/html;q=0.5, application/json;q=0.4', 'text/html'],
    ['text/html;q=0.5, application/json', 'application/json'],
    ['application/json, text/plain, */*', 'application/json'],
    ['text/*, application/json;q=0.9', 'text/html'],
    ['text/html;q=0, */*', 'application/json'],
    ['application/json;q=0, */*', 'text/html'],
    ['image/png', 'application/json'],
    ['nonsense', 'application/json'],
    ['application/json, text/html', 'application/json'],
    ['text/html, application/json', 'text/html'],
  ])('of Accept %j is %s', (accept, type) => {
    expect(preferredType(accept, ['application/json', 'text/html'])).toBe(type);
  });
});
