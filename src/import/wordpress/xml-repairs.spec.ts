import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fileOf, halvesOf, readAll, wxr, wxrItem } from '../../../test/support/import-files.js';

const TITLE_HERE = 'TITLE-HERE';
const BODY_HERE = 'BODY-HERE';

/** A WordPress export whose title is not CDATA, and whose body is. */
const withTitle = (title: string) =>
  wxr(wxrItem().replace('<![CDATA[A post]]>', TITLE_HERE)).replace(TITLE_HERE, () => title);
const withBody = (body: string) =>
  wxr(wxrItem({ 'content:encoded': BODY_HERE })).replace(BODY_HERE, () => body);
function latin1(text: string, ...bytes: number[]): Buffer {
  const [before = '', after = ''] = text.split('|');
  return Buffer.concat([Buffer.from(before), Buffer.from(bytes), Buffer.from(after)]);
}

describe('A file that is not quite XML', () => {
  it.each([
    ['&nbsp;and&eacute;&hellip;', 'andé…', { entity: 3 }],
    ['Tom & Jerry &amp; Co', 'Tom & Jerry & Co', { ampersand: 1 }],
    ['a&b;c&#;&;&', 'a&b;c&#;&;&', { ampersand: 4 }],
    ['AT&T', 'AT&T', { ampersand: 1 }],
    ['&AMP;amp;lt; 1 &LT; 2', '&lt; 1 < 2', { entity: 2 }],
    ['x&#x1f;y&#0;&#xD800;&#x110000;z', 'xyz', { character: 4 }],
    ['x&#11;y', 'x y', { character: 1 }],
    ['&#X41;&#65;&#x41;', 'AAA', { entity: 1 }],
    [`&${'a'.repeat(100)};`, `&${'a'.repeat(100)};`, { ampersand: 1 }],
    ['1 < 2 <3', '1 < 2 <3', { bracket: 2 }],
    ['a\u0000\u0001\ufffe\uffffb', 'ab', { character: 4 }],
    ['a\u000b\u000cb', 'a b', { character: 2 }],
    ['<!-- & < \u0008 &nbsp; -->c', 'c', { character: 1 }],
    ['<?pi & < \u0008 ?>c', 'c', { character: 1 }],
    ['😀 ü &#128512;', '😀 ü 😀', {}],
  ])('has this title repaired: %j', async (title, expected, counts) => {
    const { posts, repairs } = await readAll(fileOf(withTitle(title)));
    expect(posts[0]?.title).toBe(expected);
    expect(Object.fromEntries(repairs.map(({ kind, count }) => [kind, count]))).toEqual(counts);
  });

  it.each([
    ['a\u000bb\u001fc\uffffd', 'a bcd', { character: 3 }],
    ['Tom & Jerry &nbsp; < &#x1f; ]] ]>', 'Tom & Jerry &nbsp; < &#x1f; ]] ]>', {}],
  ])('has this CDATA repaired: %j', async (body, expected, counts) => {
    const { posts, repairs } = await readAll(fileOf(withBody(body)));
    expect(posts[0]?.body).toBe(expected);
    expect(Object.fromEntries(repairs.map(({ kind, count }) => [kind, count]))).toEqual(counts);
  });

  it.each([
    [[0x93, 0x61, 0x94, 0x20, 0x96, 0x20, 0xe9], '“a” – é', 4],
    [[0xe2, 0x82], 'â‚', 2],
    [[0xed, 0xa0, 0x80], 'í\u00a0€', 3],
    [[0xf0, 0x9f, 0x98, 0x80, 0xff], '😀ÿ', 1],
    [[0xc3, 0xa9, 0x81], 'é\ufffd', 1],
  ])('has single bytes of Windows-1252 read as such: %j', async (bytes, expected, count) => {
    const { posts, repairs } = await readAll(fileOf(latin1(withBody('x|y'), ...bytes)));
    expect(posts[0]?.body).toBe(`x${expected}y`);
    expect(repairs).toMatchObject([{ kind: 'byte', count }]);
  });

  it('uses prefixes that it does not declare', async () => {
    const file = withTitle('A')
      .replace(/<rss[^>]*>/, '<rss version="2.0">')
      .replace('<item>', '<atom:link atom:rel="x"/><item>');
    const { posts, repairs } = await readAll(fileOf(file));
    expect(posts[0]).toMatchObject({ title: 'A', body: '<p>Text</p>', slug: 'a-post' });
    expect(repairs).toMatchObject([{ kind: 'prefix', line: 4, example: 'wp' }]);
  });

  it('has the place of the first fault of each kind listed', async () => {
    const file = wxr(
      `<item><title>a &nbsp; b</title>\n  <link>c\u0007&nbsp;</link></item>\r\n<wp:tag>&</wp:tag>`,
    );
    const { repairs } = await readAll(fileOf(file, 7));
    expect(
      repairs.map(({ kind, count, line, column, example }) => [kind, count, line, column, example]),
    ).toEqual([
      ['entity', 2, 7, 16, '&nbsp;'],
      ['character', 1, 8, 10, 'U+0007'],
      ['ampersand', 1, 9, 9, '&'],
    ]);
  });

  it.each([
    ['\nWarning: fopen(a < b): failed in /srv/x.php on line 6\n\n', { outside: 1 }, 2, 1],
    ['<br />\n<b>Warning</b>: x & y in <b>a.php</b><br />\n', { outside: 1 }, 1, 1],
    ['\ufeff \n', {}, 0, 0],
  ])('has what stands before it ignored: %j', async (before, counts, line, column) => {
    const { posts, repairs } = await readAll(fileOf(before + withTitle('A')));
    expect(posts[0]?.title).toBe('A');
    expect(Object.fromEntries(repairs.map(({ kind, count }) => [kind, count]))).toEqual(counts);
    if (line) expect(repairs[0]).toMatchObject({ line, column });
    const lines = before.split('\n').length - 1;
    await expect(readAll(fileOf(`${before}${withTitle('&#x;</a>')}`))).rejects.toThrow(`line ${7 + lines},`);
  });

  it('has text between comments before its root, and after it, ignored', async () => {
    const file = `${withTitle('A').replace('<rss', 'text <!-- x -->more &amp; text\n<rss')}\nend`;
    const { posts, repairs } = await readAll(fileOf(file));
    expect(posts[0]?.title).toBe('A');
    expect(repairs).toMatchObject([{ kind: 'outside', count: 2 }]);
  });

  it('has the end of a nested CDATA section as text', async () => {
    const { posts, repairs } = await readAll(fileOf(withBody('a <![CDATA[ b ]]> c')));
    expect(posts[0]?.body).toBe('a <![CDATA[ b  c]]>');
    expect(repairs).toMatchObject([{ kind: 'section', count: 1, example: ']]>' }]);
  });

  const BROKEN = latin1(
    `${withTitle('😀 & \u000b&nbsp;|&#x1f;&#x41;&am; < é]]').replace(' xmlns:dc="http://purl.org/dc/elements/1.1/"', '')}\r\n`.replace(
      '<p>Text</p>',
      '<p>\u001fé😀]]</p>\r\n&nbsp;',
    ),
    0x92,
  );

  it('is the same wherever it is divided', async () => {
    const whole = await readAll(fileOf(BROKEN));
    expect(whole.repairs.map(({ kind }) => kind).sort()).toEqual(
      ['ampersand', 'bracket', 'byte', 'character', 'entity', 'prefix'].sort(),
    );
    for (let at = 0; at <= BROKEN.length; at += 1) expect(await readAll(halvesOf(BROKEN, at))).toEqual(whole);
    expect(await readAll(fileOf(BROKEN, 1))).toEqual(whole);
  });

  it('is the same in chunks of any size, whatever it holds', async () => {
    const pieces = [
      '&',
      '&amp;',
      '&nbsp;',
      '&#x1f;',
      '<',
      '<!-- x -->',
      '<![CDATA[',
      ']]>',
      ']',
      '-',
      '\r',
      '\n',
      '\u000b',
      'é',
      '😀',
      'x',
      '</title>',
      '<title>',
      '?>',
      '<?p ',
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...pieces), { maxLength: 12 }),
        fc.integer({ min: 1, max: 20 }),
        async (some, size) => {
          const file = Buffer.from(withTitle(some.join('')));
          const outcome = (source: ReturnType<typeof fileOf>) =>
            readAll(source).catch((error: unknown) => String(error));
          expect(await outcome(fileOf(file, size))).toEqual(await outcome(fileOf(file)));
        },
      ),
      { numRuns: 200, examples: [[['\r', '&#x1f;', '&'], 1]] },
    );
  });
});

describe('A strict import', () => {
  const strictly = (content: string | Uint8Array) => readAll(fileOf(content), undefined, { strict: true });

  it.each<[string, string | Uint8Array, RegExp]>([
    [
      'a control character',
      withTitle('\n ab\u001f'),
      /^line 8, column 4: the character U\+001F is not allowed in XML$/,
    ],
    [
      'a reference to one',
      withTitle('&#x1f;'),
      /^line 7, column \d+: the character &#x1f; is not allowed in XML$/,
    ],
    [
      'a byte of another encoding',
      latin1(withTitle('|'), 0x92),
      /^line 7, column \d+: the byte 0x92 is not UTF-8$/,
    ],
    ['an entity of HTML', withTitle('&nbsp;'), /^line 7, column \d+: XML does not define the entity &nbsp;$/],
    ['a bare &', withTitle('a & b'), /^line 7, column \d+: "&" is not an entity; write "&amp;"/],
    ['a bare <', withTitle('a < b'), /^line 7, column \d+: a "<" starts no element/],
    [
      'an undeclared prefix',
      wxr('<x:y/>'),
      /^line 7, column \d+: the file does not declare the namespace prefix "x"$/,
    ],
    ['text before the file', `Warning: x\n${withTitle('a')}`, /^line 1, column 1: there is text outside/],
    ['text after the root', `${withTitle('a')}x`, /^line \d+, column \d+: there is text outside/],
    ['a stray end of a section', withTitle('a]]>'), /^line 7, column \d+: the characters "]]>" end no CDATA/],
  ])('refuses %s with its place', async (_, file, message) => {
    await expect(strictly(file)).rejects.toThrow(message);
    await expect(readAll(fileOf(file))).resolves.toBeDefined();
  });

  it('takes a file without such faults', async () => {
    expect((await strictly(withTitle('A &amp; b'))).repairs).toEqual([]);
  });
});
