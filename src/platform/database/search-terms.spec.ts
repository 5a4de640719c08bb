import { describe, expect, it } from '@jest/globals';
import { searchTerms } from './search-terms.js';

describe('the terms of a search', () => {
  it.each([
    ['wombats -dogs or "red pandas"', 'wombats -dogs or "red pandas"'],
    ['-"red pandas" bears', '-"red pandas" bears'],
    ['foo-bar_baz', 'foo bar baz'],
    ['a.b@example.com', 'a b example com'],
    ['été 漢字', 'été 漢字'],
    ['---a', '   a'],
    ['- a - b', '  a   b'],
    ['‹!-- x', '‹    x'],
    ['e\u0301te\u0301', 'été'],
    ['Silben\u00adtrennung', 'Silbentrennung'],
  ])('of %j are %j', (q, terms) => {
    expect(searchTerms(q)).toBe(terms);
  });
});
