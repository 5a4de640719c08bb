import { describe, expect, it } from '@jest/globals';
import { closingLinks } from './closing-links.js';

const closing = (links: Record<string, string>) => [...closingLinks(new Map(Object.entries(links)))];

describe('The links that close a circle', () => {
  it.each([
    [{}, 0],
    [{ a: 'b', b: 'c', d: 'b' }, 0],
    [{ a: 'a' }, 1],
    [{ a: 'b', b: 'a' }, 1],
    [{ x: 'a', a: 'b', b: 'c', c: 'a', y: 'x' }, 1],
    [{ a: 'b', b: 'a', c: 'd', d: 'c', e: 'a' }, 2],
  ])('of %j are %d, and the rest has none', (links: Record<string, string>, count) => {
    const found = closing(links);
    expect(found).toHaveLength(count);
    const rest = Object.entries(links).filter(([from]) => !found.includes(from));
    expect(closing(Object.fromEntries(rest))).toEqual([]);
  });

  it('are found among a hundred thousand links of one chain', () => {
    const links = Object.fromEntries(
      Array.from({ length: 100_000 }, (_, n) => [`${n}`, `${(n + 1) % 100_000}`]),
    );
    expect(closing(links)).toHaveLength(1);
  });
});
