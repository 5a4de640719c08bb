import { describe, expect, it } from '@jest/globals';
import { readBody } from './ghost.bodies.js';
import { GhostUrls } from './ghost.urls.js';

const read = (values: Record<string, unknown>) =>
  readBody({ title: 'A post', ...values }, '$.data.posts[0]', new GhostUrls('https://g.example/'));

function lexical(...children: unknown[]): string {
  return JSON.stringify({
    root: { children, direction: null, format: '', indent: 0, type: 'root', version: 1 },
  });
}

const paragraph = {
  type: 'paragraph',
  version: 1,
  children: [
    { type: 'extended-text', text: 'a < b', format: 1, detail: 0, mode: 'normal', style: '', version: 1 },
  ],
};

function mobiledoc(cards: unknown[], ...sections: unknown[]): string {
  return JSON.stringify({
    version: '0.3.1',
    markups: [['strong']],
    atoms: [['soft-return', '', {}]],
    cards,
    sections: [...sections, ...cards.map((_, n) => [10, n])],
  });
}

describe('The body of a Ghost post', () => {
  it('is Ghost’s HTML where the export has it', () => {
    expect(read({ html: '<p>x</p>', lexical: 'broken', mobiledoc: 'broken' })).toEqual({
      ...{ body: '<p>x</p>', bodyFormat: 'html', notes: [], isLost: false },
    });
  });

  it('is empty where the post is', () => {
    const empty = mobiledoc([], [1, 'p', [[0, [], 0, '']]]);
    for (const values of [
      { html: null, mobiledoc: null },
      { html: ' <p></p>\n', mobiledoc: empty, plaintext: ' ' },
    ])
      expect(read(values)).toEqual({ body: '', bodyFormat: 'html', notes: [], isLost: false });
  });

  it('is rendered from Lexical with Ghost’s cards', () => {
    const image = { type: 'image', version: 1, src: '__GHOST_URL__/a.png', alt: 'A' };
    const { body, notes } = read({ lexical: lexical(paragraph, image), mobiledoc: 'not looked at' });
    expect(body).toContain('<p><strong>a &lt; b</strong></p>');
    expect(body).toContain('src="https://g.example/a.png"');
    expect(notes).toEqual([]);
  });

  it('is rendered from Mobiledoc', () => {
    const text = [
      1,
      'p',
      [
        [0, [0], 1, 'a < b'],
        [1, [], 0, 0],
      ],
    ];
    const cards = [
      ['html', { html: '<b>raw</b>' }],
      ['markdown', { markdown: '# Big' }],
      ['image', { src: '/a"b.png', caption: '<i>c</i>' }],
      ['code', { code: 'a < b', language: 'ts' }],
      ['signup', {}],
    ];
    const { body, notes } = read({ mobiledoc: mobiledoc(cards, text) });
    expect(body).toContain('<p><strong>a &lt; b</strong><br></p><b>raw</b><h1>Big</h1>');
    expect(body).toContain('<img src="/a&quot;b.png" alt=""><figcaption><i>c</i></figcaption>');
    expect(body).toContain('<code class="language-ts">a &lt; b</code>');
    expect(notes).toEqual(['the card "signup" was not imported']);
  });

  it.each([
    [{ markdown: '# Only *this*\n' }, '# Only *this*\n', 'markdown'],
    [{ html: '', markdown: '# This', plaintext: 'This' }, '# This', 'markdown'],
    [{ plaintext: 'One < two\nthree\n\n\nFour' }, '<p>One &lt; two<br>three</p>\n<p>Four</p>', 'html'],
    [{ html: '<p></p>', lexical: lexical(paragraph) }, '<p><strong>a &lt; b</strong></p>', 'html'],
    [{ lexical: 'broken', mobiledoc: mobiledoc([['hr', {}]]) }, '<hr>', 'html'],
    [{ html: '<img src="a.png">', plaintext: 'text' }, '<img src="a.png">', 'html'],
  ])('comes from the first column that has content: %j', (values, body, bodyFormat) => {
    expect(read(values)).toMatchObject({ body, bodyFormat, isLost: false });
  });

  it('says so when it has no formatting', () => {
    expect(read({ plaintext: 'x' }).notes).toEqual([expect.stringMatching(/from the column "plaintext"/)]);
  });

  it.each([
    [
      { type: 'nobody-knows', version: 1 },
      '',
      'the part "nobody-knows" of its document is not known and was not imported',
    ],
    [
      { type: 'columns', children: [paragraph, { type: 'odd', text: '<odd>' }] },
      '<p><strong>a &lt; b</strong></p>',
      'the part "columns" of its document is not known; only its text was imported',
    ],
    [
      { type: 'odd', text: '<odd>' },
      '<p>&lt;odd&gt;</p>',
      'the part "odd" of its document is not known; only its text was imported',
    ],
    [
      { ...paragraph, children: [{ type: 'odd', text: '<odd>' }] },
      '<p>&lt;odd&gt;</p>',
      'the part "odd" of its document is not known; only its text was imported',
    ],
    [
      { type: 'gallery', version: 1, images: 5 },
      '',
      /^the part "gallery" of its document was not imported: /,
    ],
    [
      { type: 'markdown', version: 1, markdown: 5 },
      '',
      /^the part "markdown" of its document was not imported: /,
    ],
  ])('loses only the part of Lexical that cannot be converted: %j', (part, html, note) => {
    const { body, notes, isLost } = read({ lexical: lexical(paragraph, part, paragraph) });
    const around = '<p><strong>a &lt; b</strong></p>';
    expect(body.startsWith(around) && body.endsWith(around)).toBe(true);
    expect(body).toContain(html);
    expect(notes).toContainEqual(typeof note === 'string' ? note : expect.stringMatching(note));
    expect(isLost).toBe(false);
  });

  it('loses only the part of Mobiledoc that cannot be converted', () => {
    const document = JSON.stringify({
      ...{
        version: '0.3.1',
        markups: [],
        cards: [
          ['gallery', { images: [null] }],
          ['hr', {}],
        ],
      },
      atoms: [['mention', '@ada', {}]],
      sections: [[1, 'p', [[1, [], 0, 0]]], [10, 0], [99], [10, 7], [10, 1]],
    });
    const { body, notes } = read({ mobiledoc: document });
    expect(body).toBe('<p>@ada</p><hr>');
    expect(notes).toEqual([
      'the atom "mention" is not known; only its text was imported',
      expect.stringMatching(/^a section of its document was not imported: /),
      expect.stringMatching(/^a section of its document was not imported: .*99/),
      expect.stringMatching(/^a section of its document was not imported: .*index 7/),
    ]);
  });

  it.each([
    ['lexical', '{"root":'],
    ['lexical', '{"root":{"type":"root","children":[{"type":"nobody-knows"}]}}'],
    ['lexical', '"text"'],
    ['lexical', lexical({ type: 'gallery', version: 1, images: 5 })],
    ['mobiledoc', '{"version":"0.3.1"}'],
    ['mobiledoc', mobiledoc([['signup', {}]])],
    ['mobiledoc', 'null'],
  ])('that is lost entirely is known to be: %s %j', (column, document) => {
    expect(read({ [column]: document })).toMatchObject({
      ...{ body: '', isLost: true, notes: [expect.any(String)] },
    });
  });
});
