import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonicalEmail } from './canonical-email.js';

describe('a canonical e-mail address', () => {
  it.each([
    ['Ada@Example.COM', 'ada@example.com'],
    ['ada@example.com.', 'ada@example.com'],
    ['ada@example.com..', 'ada@example.com'],
    ['ada@example.com\u3002', 'ada@example.com'],
    ['ada@example.com.\u00ad', 'ada@example.com'],
    ['ada@example.com.\u200b.', 'ada@example.com'],
    ['ada@example.com\u2024', 'ada@example.com'],
    ['ada@example.com\u2026', 'ada@example.com'],
    ['ada@example\ufe52com\ufe52', 'ada@example.com'],
    ['ada@example\u3002com', 'ada@example.com'],
    ['ada@example\uff0ecom\uff61', 'ada@example.com'],
    ['ada@ｅｘａｍｐｌｅ.com', 'ada@example.com'],
    ['k@bücher.example', 'k@xn--bcher-kva.example'],
    ['K@XN--BCHER-KVA.EXAMPLE.', 'k@xn--bcher-kva.example'],
    ['k@bu\u0308cher.example', 'k@xn--bcher-kva.example'],
    ['k@ｂüｃｈｅｒ．ｅｘａｍｐｌｅ｡', 'k@xn--bcher-kva.example'],
    ['ada@EXÄMPLE.de', 'ada@xn--exmple-cua.de'],
    ['ada@exa\u0308mple.de', 'ada@xn--exmple-cua.de'],
    ['ada@XN--EXMPLE-CUA.de', 'ada@xn--exmple-cua.de'],
    ['ada@例え。テスト', 'ada@xn--r8jz45g.xn--zckzah'],
    ['ada@mail.例え.com', 'ada@mail.xn--r8jz45g.com'],
    ['ada@exam\u00adple.com', 'ada@example.com'],
    ['ada@straße.de', 'ada@xn--strae-oqa.de'],
    ['ada@STRASSE.de', 'ada@strasse.de'],
    ['ada@İstanbul.tr', 'ada@istanbul.tr'],
    ['STRAẞE@x.de', 'strasse@x.de'],
    ['straße@x.de', 'strasse@x.de'],
    ['İlker@x.tr', 'ilker@x.tr'],
    ['I\u0307lker@x.tr', 'ilker@x.tr'],
    ['I\u0327\u0307lker@x.tr', 'i\u0327lker@x.tr'],
    ['ılker@x.tr', 'ilker@x.tr'],
    ['ΟΔΟΣ@x.gr', 'οδοσ@x.gr'],
    ['οδος@x.gr', 'οδοσ@x.gr'],
    ['jose\u0301@x.es', 'josé@x.es'],
    ['ａｄａ@x.com', 'ａｄａ@x.com'],
    ['ada@127.1', 'ada@127.1'],
    ['ada@[127.0.0.1]', 'ada@[127.0.0.1]'],
    ['ada@ä/b', 'ada@ä/b'],
    ['ada@localhost', 'ada@localhost'],
    ['ada@٠.com', 'ada@٠.com'],
    ['ada@.', 'ada@'],
  ])('of %s is %s', (email, canonical) => {
    expect(canonicalEmail(email)).toBe(canonical);
  });

  const part = fc
    .string({
      unit: fc.oneof(
        fc.constantFrom(...'iIİı\u0307ßẞſKΣςǰ.。．\uff05\u00ad\u200b\u2024\u2026\ufe52'),
        fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
      ),
      minLength: 1,
      maxLength: 40,
    })
    .filter((text) => /^[^\s@\0]+$/.test(text) && text.isWellFormed());
  const address = fc.tuple(part, part).map(([local, domain]) => `${local}@${domain}`);

  it('is its own canonical address, in NFC, and fits into an index', () => {
    fc.assert(
      fc.property(address, (email) => {
        const canonical = canonicalEmail(email);
        expect(canonicalEmail(canonical)).toBe(canonical);
        expect(canonicalEmail(email.normalize('NFD'))).toBe(canonical);
        expect(canonical.endsWith('.')).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });

  it('is one where PostgreSQL folds two addresses to one', () => {
    fc.assert(
      fc.property(address, (email) => {
        const asLower = Array.from(email, (letter) =>
          String.fromCodePoint(letter.toLowerCase().codePointAt(0) as number),
        ).join('');
        expect(canonicalEmail(asLower)).toBe(canonicalEmail(email));
      }),
      { numRuns: 2000 },
    );
  });

  it('of the longest addresses takes an index entry', () => {
    for (const letter of ['ΐ', '\ufdfa', '😀', 'ß', '\u0149', '例'])
      for (const email of [`${letter.repeat(252)}@x`, `x@${letter.repeat(252)}`])
        expect(Buffer.byteLength(canonicalEmail(email))).toBeLessThan(2600);
  });
});
