import { describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { keptSlug, slugify } from './slugs.js';

/** Slugs of other systems that mean nothing in a URL but themselves. */
const KEPT = [
  ...['my_old_post', 'a--b', 'v1.2', 'Upper-Case', '-lead', 'tail-', 'a~b', 'x'.repeat(190)],
  ...['Набор', '日本語', 'é', 'e\u0301', 'می\u200cروم', '❤'],
];

describe('a slug', () => {
  it.each([
    ['Hello, World!', 'hello-world'],
    ['Crème brûlée', 'creme-brulee'],
    ['日本語', 'ribenyu'],
    ['C++', 'c'],
    ['!!!', 'post'],
    ['', 'post'],
    ['019a2f6e-7d3c-7b1e-9c55-0f2d6f1c8a41', 'post-019a2f6e-7d3c-7b1e-9c55-0f2d6f1c8a41'],
  ])('of %j is %s', (name, slug) => {
    expect(slugify(name, 'post')).toBe(slug);
  });

  it('is lower-case words joined by single hyphens, at most 85 characters, whatever the name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 500 }), (name) => {
        const slug = slugify(name, 'post');
        expect(slug).toMatch(/^[a-z0-9]+(?:-[a-z0-9]+)*$/);
        expect(slug.length).toBeLessThanOrEqual(85);
      }),
    );
  });

  it.each([
    ['composed', 'é'.repeat(100), 'e'.repeat(80)],
    ['decomposed', 'e\u0301'.repeat(100), 'e'.repeat(80)],
    ['of Hangul in its parts', '\u1112\u1161\u11ab'.repeat(50), 'han'.repeat(27).slice(0, 80)],
  ])('of a long name is as long as a slug may be: %s', (_name, name, slug) => {
    expect(slugify(name, 'post')).toBe(slug);
  });

  it.each(['\u0327\u0301', '\u0f71\u0f72\u0f74', "'", 'a-', ' ', '日'])(
    'is made without a look at all of a megabyte of %j',
    (part) => {
      const read = jest.spyOn(String.prototype, 'normalize');
      slugify(part.repeat(1_000_000 / part.length), 'post');
      expect(read.mock.contexts.map((name) => (name as string).length)).toEqual([400]);
      read.mockRestore();
    },
  );

  it.each([
    [`${'long-'.repeat(30)}slug-2`, `${'long-'.repeat(30)}slug-2`],
    ['x'.repeat(191), 'x'.repeat(80)],
    ...KEPT.map((slug) => [slug, slug]),
    ['a/b', 'a-b'],
    ['a b', 'a-b'],
    ['100%', '100'],
    ['a?b#c', 'a-b-c'],
    ['a\\b', 'a-b'],
    ['..', 'fallback'],
    ['-_-', 'fallback'],
    ['a\u202eb', 'ab'],
    ['***', 'fallback'],
    ['019a2f6e-7d3c-7b1e-9c55-0f2d6f1c8a41', 'fallback-019a2f6e-7d3c-7b1e-9c55-0f2d6f1c8a41'],
    ['019A2F6E-7D3C-7B1E-9C55-0F2D6F1C8A41', 'fallback-019a2f6e-7d3c-7b1e-9c55-0f2d6f1c8a41'],
  ])('from elsewhere, %s, becomes %s', (given, slug) => {
    expect(keptSlug(given, 'fallback')).toBe(slug);
  });
});
