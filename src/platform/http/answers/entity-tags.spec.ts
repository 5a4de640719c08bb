import { describe, expect, it } from '@jest/globals';
import { IF_MATCH_SCHEMA } from '../contract/request-headers.js';
import { etagOf, findTag, readTags, versionsOf } from './entity-tags.js';

describe('an ETag', () => {
  it('is the version and a hash of what is sent', () => {
    expect(etagOf('{}', 3)).toMatch(/^"3-[\w-]{16}"$/);
    expect(etagOf('{}', undefined)).toMatch(/^"[\w-]{16}"$/);
    expect(etagOf('{}', '3.12')).toMatch(/^"3\.12-[\w-]{16}"$/);
    expect(etagOf('{}', 3)).not.toBe(etagOf('{ }', 3));
  });
});

describe('a list of tags', () => {
  it.each([
    ['*', '*'],
    [' * ', '*'],
    ['"3"', ['"3"']],
    ['W/"3-a"', ['W/"3-a"']],
    ['"a,b"', ['"a,b"']],
    ['"a,b" ,W/"c"', ['"a,b"', 'W/"c"']],
    ['"3",', ['"3"']],
    [', ,"3"\t, ,"4"', ['"3"', '"4"']],
    ['"\u00e9"', ['"\u00e9"']],
    ['""', ['""']],
  ])('%j is read', (header, tags) => {
    expect(readTags(header)).toEqual(tags);
  });

  it.each([
    '',
    ',',
    '3',
    '"3',
    '3"',
    '"a"b"',
    '"a""b"',
    '"a" "b"',
    '"a","',
    '"3 "',
    'w/"3"',
    'W/ "3"',
    '*, "3"',
  ])('%j is none', (header) => {
    expect(readTags(header)).toBeUndefined();
  });

  // RFC 9110 5.6.1: a recipient accepts empty elements, which a sender must not generate.
  it.each([
    '*',
    '"3"',
    'W/"3-a"',
    '"a,b" ,W/"c"',
    '""',
    '',
    '3',
    '"3',
    '"a"b"',
    '"a""b"',
    '"3 "',
    'w/"3"',
    '*, "3"',
  ])('the document says of %j what the server does', (header) => {
    expect(new RegExp(IF_MATCH_SCHEMA.pattern).test(header)).toBe(readTags(header) !== undefined);
  });

  it('of a hostile length is read in linear time', () => {
    for (const part of ['"', '"a",', 'W/', ', ', '"a"'])
      expect(() => readTags(part.repeat(16_000 / part.length))).not.toThrow();
  });

  it('names the versions of those that are ours', () => {
    expect(versionsOf(['"1-a"', '"other"', 'W/"2"', '"-1"', '"3.5-b"', '"99999999999"', '""'])).toEqual([
      1, 2, 3,
    ]);
  });

  it.each(['"3-a"', 'W/"3-a"', '"x", "3-a"', ' * ', '"x",W/"3-a"'])('%s knows "3-a"', (header) => {
    expect(findTag(readTags(header) ?? [], '"3-a"')).toMatch(/^(?:W\/)?"3-a"$/);
  });

  it.each(['"3"', '3-a', '"3-b"', '', '"3-a'])('%s does not', (header) => {
    expect(findTag(readTags(header) ?? [], '"3-a"')).toBeUndefined();
  });
});
