import { describe, expect, it } from '@jest/globals';
import { checkVersion, etagOf, matchingTag, parseIfMatch } from './conditions.js';

describe('an ETag', () => {
  it('is the version and a hash of what is sent', () => {
    expect(etagOf('{}', 3)).toMatch(/^"3-[\w-]{16}"$/);
    expect(etagOf('{}', undefined)).toMatch(/^"[\w-]{16}"$/);
    expect(etagOf('{}', 3)).not.toBe(etagOf('{ }', 3));
  });
});

describe('If-None-Match', () => {
  it.each(['"3-a"', 'W/"3-a"', '"x", "3-a"', ' * ', '"x",W/"3-a"'])('%s knows "3-a"', (header) => {
    expect(matchingTag(header, '"3-a"')).toMatch(/^(?:W\/)?"3-a"$/);
  });
  it.each(['"3"', '3-a', '"3-b"', '', '"3-a'])('%s does not', (header) => {
    expect(matchingTag(header, '"3-a"')).toBeUndefined();
  });
});

describe('If-Match', () => {
  it.each([
    [undefined, null],
    ['*', null],
    ['"3"', [3]],
    ['W/"3-abc_-9"', [3]],
    ['"1-a", "other", "2"', [1, 2]],
  ])('%s allows the versions %j', (header, versions) => {
    expect(parseIfMatch(header)).toEqual(versions);
  });

  it.each(['3', '"3', '', '"3",', 'w/"3"', '*, "3"'])('%j cannot be read', (header) => {
    expect(() => parseIfMatch(header)).toThrow(/If-Match wants/);
  });

  it.each(['"abc"', '""', '"-1"', '"1.5"', '"3 "', '"99999999999"'])(
    '%s is the tag of no version',
    (header) => {
      expect(() => parseIfMatch(header)).toThrow();
    },
  );

  it('lets through the versions that it names', () => {
    checkVersion(3, null);
    checkVersion(3, [1, 3]);
    expect(() => checkVersion(3, [1])).toThrow(/another version/);
    expect(() => checkVersion(3, [])).toThrow(/another version/);
  });
});
