import { describe, expect, it } from '@jest/globals';
import { linkTemplates, templateFault } from './link-templates.js';

describe('A template of addresses', () => {
  it.each([
    'https://www.example.com/posts/{slug}',
    'http://localhost:3000/{id}/{slug}/',
    '/posts/{slug}',
    '/?post={slug}',
    'https://www.example.com/#/posts/{slug}',
  ])('can be %s', (template) => {
    expect(templateFault(template)).toBeUndefined();
  });

  it.each([
    ['https://www.example.com/posts/', 'must contain {slug} or {id}'],
    ['posts/{slug}', 'must be an http or https URL'],
    ['//evil.example/{slug}', 'must be an http or https URL'],
    ['/\\evil.example/{slug}', 'must be an http or https URL'],
    ['javascript:alert({slug})', 'must be an http or https URL'],
    ['https:///{slug}', 'must be an http or https URL'],
    ['https://a.example/{slug}/{year}', 'must be an http or https URL'],
    ['https://a.example/ {slug}', 'must be an http or https URL'],
    ['https://a.example/"{slug}', 'must be an http or https URL'],
    [`/${'x'.repeat(500)}{slug}`, 'must have at most 500 characters'],
  ])('cannot be %j', (template, message) => {
    expect(templateFault(template)).toMatch(message);
  });

  it('of posts is that of pages, too', () => {
    expect(linkTemplates('/p/{slug}')).toEqual({ post: '/p/{slug}', page: '/p/{slug}' });
    expect(linkTemplates(undefined, '/{slug}')).toEqual({ post: undefined, page: '/{slug}' });
  });
});
