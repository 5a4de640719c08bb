import { describe, expect, it } from '@jest/globals';
import { checkPart, checkTag, checkVersion, heldTag, preconditionOf } from './conditions.js';

/** The result of a change of version 3 with these headers. */
function changing(headers: object, requiresIfMatch = false) {
  const precondition = preconditionOf(headers, requiresIfMatch);
  return () => checkVersion(3, precondition);
}

describe('a change', () => {
  it.each([
    {},
    { 'if-match': '*' },
    { 'if-match': '"3"' },
    { 'if-match': 'W/"3-abc_-9"' },
    { 'if-match': '"1-a", "other", "3"' },
    { 'if-match': '"3.12-abc"' },
    { 'if-none-match': '"2"' },
    { 'if-none-match': '"other"' },
    { 'if-none-match': 'garbage' },
  ])('of version 3 is made with %j', (headers) => {
    expect(changing(headers)).not.toThrow();
  });

  it.each(['"2"', '"abc"', '""', '"-3"', '"3."', '"3.0.1"', '"a,3"', '"99999999999"'])(
    'of version 3 is refused with If-Match: %s',
    (tag) => {
      expect(changing({ 'if-match': tag })).toThrow(/does not match the current version/);
    },
  );

  it.each(['*', '"3"', 'W/"3-a"', '"1", "3-a"'])('of version 3 is refused with If-None-Match: %s', (tag) => {
    expect(changing({ 'if-none-match': tag })).toThrow(/If-None-Match/);
    expect(changing({ 'if-match': '"3"', 'if-none-match': tag })).toThrow(/If-None-Match/);
  });

  it.each(['3', '"3', '', ',', 'w/"3"', '*, "3"'])('whose If-Match is %j cannot be read', (tag) => {
    expect(() => preconditionOf({ 'if-match': tag }, false)).toThrow(/If-Match must be/);
  });

  it('without If-Match is refused where the deployment asks for it', () => {
    expect(changing({}, true)).toThrow(/requires the If-Match header/);
    expect(changing({ 'if-none-match': '"2"' }, true)).toThrow(/requires the If-Match header/);
    expect(changing({ 'if-match': '*' }, true)).not.toThrow();
  });
});

describe('a change of a part with its own versions', () => {
  const changingPart = (part: number | null, headers: object) => () =>
    checkPart(3, part, preconditionOf(headers, false));

  it.each([{}, { 'if-match': '*' }, { 'if-match': '"3.12-a"' }, { 'if-match': 'W/"3.12", "1"' }])(
    'is made with %j if the part has the version 12',
    (headers) => {
      expect(changingPart(12, headers)).not.toThrow();
    },
  );

  it.each(['"3"', '"3-a"', '"3.11-a"', '"4.12"', '"12"'])('is refused with If-Match: %s', (tag) => {
    expect(changingPart(12, { 'if-match': tag })).toThrow(/does not match/);
  });

  it('that does not exist yet requires a tag without a part', () => {
    expect(changingPart(null, { 'if-match': '"3-a"' })).not.toThrow();
    expect(changingPart(null, { 'if-match': '"3.12-a"' })).toThrow(/does not match/);
  });
});

describe('a change of a resource without a version', () => {
  const changingTag = (headers: object) => () => checkTag('"3-a"', preconditionOf(headers, false));

  it('compares the whole tag', () => {
    for (const headers of [{}, { 'if-match': 'W/"3-a"' }, { 'if-match': '*' }, { 'if-none-match': '"3"' }])
      expect(changingTag(headers)).not.toThrow();
    for (const tag of ['"3"', '"3-b"']) expect(changingTag({ 'if-match': tag })).toThrow(/does not match/);
    for (const tag of ['*', 'W/"3-a"'])
      expect(changingTag({ 'if-none-match': tag })).toThrow(/If-None-Match/);
  });
});

describe('a read', () => {
  it('is 304 for who holds the whole tag', () => {
    expect(heldTag({ 'if-none-match': 'W/"3-a"' }, '"3-a"', 3)).toBe('W/"3-a"');
    expect(heldTag({ 'if-none-match': '"3-b"' }, '"3-a"', 3)).toBeUndefined();
  });

  it('asks If-Match first: of a resource its version, of a list the whole tag', () => {
    const both = { 'if-match': '"2"', 'if-none-match': '"3-a"' };
    expect(() => heldTag(both, '"3-a"', 3)).toThrow(/does not match the current version/);
    expect(heldTag({ ...both, 'if-match': '"3-of-another-view"' }, '"3-a"', 3)).toBe('"3-a"');
    expect(heldTag({ 'if-match': '"hash"' }, '"hash"', undefined)).toBeUndefined();
    expect(() => heldTag({ 'if-match': '"old"' }, '"hash"', undefined)).toThrow(
      /does not match the current version/,
    );
    expect(heldTag({ 'if-match': '*' }, '"hash"', undefined)).toBeUndefined();
  });
});
