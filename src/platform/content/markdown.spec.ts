import { describe, expect, it } from '@jest/globals';
import { LIMITS } from './body-too-complex.js';
import { mostBrackets, shapeOf } from './markdown-shape.js';
import type { BodyFormat } from './body-format.js';
import { render } from './render.js';

const renderPost = (body: string, format: BodyFormat) =>
  render({ kind: { policy: 'rich', summarized: true }, body, format });

const html = (markdown: string) => renderPost(markdown, 'markdown').html;

describe('HTML of Markdown', () => {
  it.each([
    ['', ''],
    ['\n', ''],
    ['# A *b* &amp; c', '<h1>A <em>b</em> &amp; c</h1>\n'],
    ['a  \nb\r\nc', '<p>a<br />\nb\nc</p>\n'],
    ['~~a~~', '<p><del>a</del></p>\n'],
    ['3. a\n4. b', '<ol start="3"><li>a</li><li>b</li></ol>\n'],
    ['```js\na < b\n```', '<pre><code class="language-js">a &lt; b\n</code></pre>\n'],
    ['![a "b"](/c "D &amp; E")', '<p><img src="/c" alt="a &quot;b&quot;" title="D &amp; E" /></p>\n'],
    ['a <b>c</b> <script>d</script>', '<p>a <b>c</b> </p>\n'],
    ['[a](javascript:b) <javascript:c>', '<p><a>a</a> <a>javascript:c</a></p>\n'],
    [
      'a\n\n<a class="anchor" aria-hidden="true" id="b" href="#b"></a>',
      '<p>a</p>\n<p><a id="user-content-b" href="#user-content-b"></a></p>\n',
    ],
  ])('of %j', (markdown, rendered) => {
    expect(html(markdown)).toBe(rendered);
  });

  it('has tables with the alignment of their columns', () => {
    expect(html('|a|b|\n|-|-:|\n|1|2|')).toContain('<tr><td>1</td><td align="right">2</td></tr>');
  });

  it.each([
    ['https://a.example/x_(y).', '<a href="https://a.example/x_(y)">https://a.example/x_(y)</a>.'],
    [
      '(see http://localhost:3000/x?a=1&b=2)',
      '(see <a href="http://localhost:3000/x?a=1&amp;b=2">http://localhost:3000/x?a=1&amp;b=2</a>)',
    ],
    ['www.a.example!', '<a href="http://www.a.example">www.a.example</a>!'],
    ['Mail ada@example.com.', 'Mail <a href="mailto:ada@example.com">ada@example.com</a>.'],
    ['`https://a.example`', '<code>https://a.example</code>'],
    ['[https://a.example](https://b.example)', '<a href="https://b.example">https://a.example</a>'],
    ['https:// a@b @c example.com', 'https:// a@b @c example.com'],
  ])('links addresses in text: %j', (markdown, rendered) => {
    expect(html(markdown)).toBe(`<p>${rendered}</p>\n`);
  });
});

describe('The shape of Markdown', () => {
  it.each([
    ['plain\ntext', 0, 0],
    ['- a\n- b\n  - c\n', 2, 3],
    ['> > a\n> > b', 4, 4],
    [`${'1. '.repeat(30)}\n\n`, 30, 30],
    ['- a\n  - b\n\n    - c\n\ntext\n- d', 3, 4],
    ['|a|b|\n|-|-|\n|\n|\n\n|', 0, 12],
    ['---\n***\n-5 *a*', 0, 0],
  ])('of %j is %d deep with %d pieces', (markdown, depth, pieces) => {
    expect(shapeOf(markdown)).toEqual({ depth, pieces });
  });
});

describe('Opening brackets of one paragraph', () => {
  it.each([
    ['', 0],
    ['[a]: b\n[c](d) [[e]]', 4],
    ['[a] [b]\n \t\n[c]\n\n', 2],
    ['[a\n> [b\n  [c', 3],
  ])('of %j are %d', (markdown, count) => {
    expect(mostBrackets(markdown)).toBe(count);
  });

  it('are allowed in any number where blank lines divide them', () => {
    const half = '['.repeat(LIMITS.brackets / 2);
    expect(html(`${half}\n\n${half}[`)).toHaveLength(LIMITS.brackets + '<p></p>\n<p>[</p>\n'.length);
    expect(() => html(`${half}\n${half}[`)).toThrow('300,001 opening brackets');
  });
});
