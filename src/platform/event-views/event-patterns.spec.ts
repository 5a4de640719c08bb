import { expect, it } from '@jest/globals';
import { covers, unknownPattern } from './event-patterns.js';

it.each([
  ['*', 'post.published', true],
  ['post.*', 'post.published', true],
  ['post.published', 'post.published', true],
  ['post.*', 'posting.done', false],
  ['post.updated', 'post.published', false],
])('%s covers %s: %s', (pattern, type, expected) => expect(covers([pattern], type)).toBe(expected));

it('names the first pattern without a type', () => {
  expect(unknownPattern(['*', 'post.*', 'pots.*', 'x.y'], ['post.updated'])).toBe('pots.*');
  expect(unknownPattern(['*', 'post.updated'], ['post.updated'])).toBeUndefined();
});
