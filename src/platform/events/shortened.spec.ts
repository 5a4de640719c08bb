import { expect, it } from '@jest/globals';
import { MOST_TEXT, shortened } from './shortened.js';

it('keeps the beginnings of long texts, however deep they are, and everything else', () => {
  const [short, long] = ['x'.repeat(MOST_TEXT), 'x'.repeat(MOST_TEXT + 1)];
  const cut = `${'x'.repeat(MOST_TEXT - 1)}…`;
  expect(shortened({ long, tags: [{ long, n: 1 }], short, no: null, yes: true })).toEqual({
    ...{ long: cut, tags: [{ long: cut, n: 1 }], short, no: null, yes: true },
  });
});

it('cuts no character into halves, which PostgreSQL could not store', () => {
  const text = shortened('\u{1f600}'.repeat(MOST_TEXT)) as string;
  expect([text.length, text.isWellFormed()]).toEqual([MOST_TEXT, true]);
});
