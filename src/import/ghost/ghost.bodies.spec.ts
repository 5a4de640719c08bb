import { describe, expect, it } from '@jest/globals';
import { readBody } from './ghost.bodies.js';

const read = (values: Record<string, unknown>) =>
  readBody({ title: 'A post', ...values }, '$.data.posts[0]', '');

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
      html: '<p>x</p>',
      notes: [],
    });
  });

  it('is empty where the post is', () => {
    expect(read({ html: null, mobiledoc: null })).toEqual({ html: '', notes: [] });
  });

  it('is rendered from Lexical with Ghost’s cards', () => {
    const image = { type: 'image', version: 1, src: '__GHOST_URL__/a.png', alt: 'A' };
    const { html, notes } = read({ lexical: lexical(paragraph, image), mobiledoc: 'not looked at' });
    expect(html).toContain('<p><strong>a &lt; b</strong></p>');
    expect(html).toContain('src="/a.png"');
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
    const { html, notes } = read({ mobiledoc: mobiledoc(cards, text) });
    expect(html).toContain('<p><strong>a &lt; b</strong><br></p><b>raw</b><h1>Big</h1>');
    expect(html).toContain('<img src="/a&quot;b.png" alt=""><figcaption><i>c</i></figcaption>');
    expect(html).toContain('<code class="language-ts">a &lt; b</code>');
    expect(notes).toEqual(['the card "signup" was not imported']);
  });

  it.each([
    ['lexical', '{"root":'],
    ['lexical', '{"root":{"type":"root","children":[{"type":"nobody-knows"}]}}'],
    ['lexical', '"text"'],
    ['lexical', lexical(paragraph, { type: 'markdown', version: 1, markdown: 5 })],
    ['lexical', lexical(paragraph, { type: 'gallery', version: 1, images: 5 })],
    ['mobiledoc', '{"version":"0.3.1"}'],
    ['mobiledoc', 'null'],
  ])('that cannot be rendered names the post: %s %j', (column, document) => {
    expect(() => read({ [column]: document })).toThrow(
      new RegExp(`^\\$\\.data\\.posts\\[0\\]\\.${column}: the ${column} of "A post" cannot be rendered: `),
    );
  });
});
